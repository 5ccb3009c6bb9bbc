package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.ResponseStatus;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatTest extends GatewayTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String CHAT =
      "{\"model\":\"hydra/LaMP_3\",\"user\":\"ann\",\"temperature\":0.2,\"messages\":["
          + "{\"role\":\"system\",\"content\":\"Be brief.\"},"
          + "{\"role\":\"user\",\"content\":\"a text\"}]}";

  @Test
  void aTaskAnswersForTheUser() {
    Answer answer = gateway.post(PATH, CHAT);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/choices/0/message/content").asText()).isEqualTo("Good strings.");
    assertThat(answer.json().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.json().at("/usage/total_tokens").asInt()).isEqualTo(120);
    assertThat(answer.json().at("/hydra/items/0/event_id").asText()).isEqualTo("review-1");
    assertThat(answer.header("X-Hydra-Head-Version")).isEqualTo("6");
    assertThat(answer.header("X-Hydra-Llm-Calls")).isEqualTo("1");
    Query asked = gateway.backend.queries.get(0);
    assertThat(asked.getTask()).isEqualTo("LaMP_3");
    assertThat(asked.getInput()).isEqualTo("a text");
    assertThat(asked.getQueryId()).isEqualTo(answer.json().path("id").asText());
  }

  @Test
  void theIdIsGoodForAVerdict() {
    String id = gateway.post(PATH, CHAT).json().path("id").asText();
    assertThat(
            gateway
                .post(
                    "/v1/feedback",
                    "{\"inference_id\":\"%s\",\"metric_name\":\"ok\",\"value\":true}".formatted(id))
                .status())
        .isEqualTo(202);
    assertThat(gateway.backend.events.get(0).getUserId()).isEqualTo("ann");
  }

  @Test
  void aHeaderMayNameTheUserAndWins() {
    gateway.post(PATH, CHAT, "X-Hydra-User", "J%C3%BCrgen");
    gateway.post(PATH, CHAT.replace("\"user\":", "\"safety_identifier\":"));
    assertThat(gateway.backend.queries)
        .extracting(Query::getUserId)
        .containsExactly("Jürgen", "ann");
  }

  @Test
  void partsOfTextAreJoined() {
    gateway.post(
        PATH,
        CHAT.replace(
            "\"a text\"",
            "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]"));
    assertThat(gateway.backend.queries.get(0).getInput()).isEqualTo("a\nb");
  }

  @Test
  void aStreamEndsAsOpenAisDo() {
    Answer answer =
        gateway.post(
            PATH,
            CHAT.replace(
                "\"temperature\":0.2",
                "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    String[] events = answer.body().split("\n\n");
    assertThat(events).hasSize(5).allMatch(event -> event.startsWith("data: "));
    assertThat(events[1]).contains("\"content\":\"Good strings.\"");
    assertThat(events[2]).contains("\"finish_reason\":\"stop\"").contains("\"hydra\":");
    assertThat(events[3]).contains("\"choices\":[]").contains("\"total_tokens\":120");
    assertThat(events[4]).isEqualTo("data: [DONE]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"temperature\":0.2 | \"n\":2 | n",
        "\"temperature\":0.2 | \"tools\":[{}] | tools",
        "\"temperature\":0.2 | \"logprobs\":true | logprobs",
        "\"temperature\":0.2 | \"response_format\":{\"type\":\"json_object\"} | response_format",
        "\"temperature\":0.2 | \"stream\":\"yes\" | stream",
        "\"a text\" | [{\"type\":\"image_url\"}] | messages",
        "\"a text\" | 7 | messages",
        "\"role\":\"user\" | \"role\":\"tool\" | messages",
        "\"user\":\"ann\" | \"seed\":1 | user",
        "\"user\":\"ann\" | \"user\":7 | user"
      })
  void whatATaskDoesNotGiveIsRefusedAsOpenAiDoes(String before, String after, String param) {
    Answer answer = gateway.post(PATH, CHAT.replace(before, after));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/type").asText()).isEqualTo("invalid_request_error");
    assertThat(answer.json().at("/error/param").asText()).isEqualTo(param);
    assertThat(gateway.backend.queries).isEmpty();
  }

  @Test
  void aModelThatIsNoTaskIsNotFound() {
    gateway.backend.answers =
        query ->
            CompletableFuture.completedFuture(
                InMemoryBackend.failure(query, ResponseStatus.UNKNOWN_TASK, "known: LaMP_3"));
    for (String model : new String[] {"hydra/LaMP_9", "gpt-4o", "hydra/a b", "hydra/"}) {
      Answer answer = gateway.post(PATH, CHAT.replace("hydra/LaMP_3", model));
      assertThat(answer.status()).as(model).isEqualTo(404);
      assertThat(answer.json().at("/error/code").asText()).isEqualTo("model_not_found");
    }
  }

  @Test
  void whoAsksForAnotherPathIsToldThoseThereAre() {
    Answer answer = gateway.post("/v1/responses", CHAT);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("POST /v1/chat/completions", "GET /v1/responses/{id}");
  }

  @Test
  void theTasksAreModels() {
    assertThat(gateway.get("/v1/models").json().path("data").findValuesAsText("id"))
        .containsExactly("hydra/LaMP_3", "hydra/LaMP_5");
    assertThat(gateway.get("/v1/models/hydra%2FLaMP_5").json().path("object").asText())
        .isEqualTo("model");
    assertThat(gateway.get("/v1/models/gpt-4o").status()).isEqualTo(404);
  }

  @Test
  void errorsHaveOpenAisShape() {
    Answer answer = gateway.post(PATH, CHAT, "Authorization", "Bearer wrong");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().at("/error/code").asText()).isEqualTo("invalid_api_key");
  }
}
