package io.hydra.infra.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.hydra.infra.llm.Faults.FaultSettings;
import io.hydra.infra.llm.model.Prior;
import io.hydra.infra.llm.model.Prior.PriorPair;
import io.hydra.infra.llm.model.SimulatedModel;
import io.hydra.infra.llm.model.SimulatedModel.Models;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LlmServerTest {
  private static final String QUESTION =
      "{\"model\":\"m\",\"n\":4,\"temperature\":1,\"seed\":7,\"messages\":"
          + "[{\"role\":\"user\",\"content\":\"Options: [a, b]\\nText: something\"}]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private LlmServer server;
  private OpenAIClient openAi;

  @BeforeEach
  void start() throws Exception {
    server =
        LlmServer.start(
            0,
            Models.named(Map.of("", new SimulatedModel(Prior.learn(List.of())))),
            new Faults(FaultSettings.NONE, 1),
            Clock.systemUTC(),
            1);
    openAi =
        OpenAIOkHttpClient.builder()
            .baseUrl(server.baseUrl())
            .apiKey("none")
            .maxRetries(0)
            .timeout(Duration.ofSeconds(30))
            .build();
  }

  @AfterEach
  void stop() {
    openAi.close();
    server.close();
  }

  @Test
  void theOfficialClientGetsEightChoicesAndTheTokenCounts() {
    ChatCompletion first = openAi.chat().completions().create(params().build());
    ChatCompletion again = openAi.chat().completions().create(params().build());

    assertThat(first.choices()).hasSize(8);
    assertThat(contents(first)).isSubsetOf("politics", "food & drink").isEqualTo(contents(again));
    assertThat(first.model()).isEqualTo("hydra-simulated-llm");
    assertThat(first.usage().orElseThrow().promptTokens()).isEqualTo(21);
    assertThat(first.usage().orElseThrow().totalTokens())
        .isEqualTo(21 + first.usage().orElseThrow().completionTokens());
    assertThat(first.choices().get(0).finishReason().asString()).isEqualTo("stop");
  }

  @Test
  void aLimitOfTokensCutsTheAnswer() {
    ChatCompletion cut =
        openAi.chat().completions().create(params().n(1).maxCompletionTokens(2).build());

    assertThat(cut.usage().orElseThrow().completionTokens()).isLessThanOrEqualTo(2);
  }

  @Test
  void modelsAndHealthAreServed() throws Exception {
    assertThat(openAi.models().list().data().get(0).id()).isEqualTo("hydra-simulated-llm");
    assertThat(get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void namedPriorsAnswerUnderTheirNames() throws Exception {
    Prior crime = Prior.learn(List.of(pair("crime"), pair("crime"), pair("crime"), pair("women")));
    Prior women = Prior.learn(List.of(pair("women"), pair("women"), pair("women"), pair("crime")));
    Models models =
        Models.named(Map.of("0", new SimulatedModel(crime), "1", new SimulatedModel(women)));
    try (LlmServer named =
        LlmServer.start(0, models, new Faults(FaultSettings.NONE, 1), Clock.systemUTC(), 1)) {
      assertThat(ask(named, "hydra-simulated-llm-0")).contains("\"content\":\"crime\"");
      assertThat(ask(named, "1")).contains("women", "\"model\":\"hydra-simulated-llm-1\"");
      assertThat(ask(named, "2"))
          .contains("model_not_found", "hydra-simulated-llm-0, hydra-simulated-llm-1");
    }
  }

  private static PriorPair pair(String label) {
    return new PriorPair("t", "some text", label);
  }

  private String ask(LlmServer asked, String model) throws Exception {
    String body =
        "{\"model\":\"%s\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(model, "Options: [travel, crime, women]\\nText: some text");
    return http.send(
            HttpRequest.newBuilder(URI.create(asked.baseUrl() + "/chat/completions"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithOpenAisErrorObject() throws Exception {
    for (String body :
        List.of(
            "{\"model\":",
            "[]",
            "{}",
            "{\"model\":\"m\",\"messages\":[]}",
            "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]}",
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}",
            QUESTION.replace("\"n\":4", "\"n\":0"),
            QUESTION.replace("\"temperature\":1", "\"temperature\":3"),
            QUESTION.replace("\"n\":4", "\"stream\":true"))) {
      HttpResponse<String> response = post("/v1/chat/completions", body);

      assertThat(response.statusCode()).as(body).isEqualTo(400);
      JsonNode error = Json.MAPPER.readTree(response.body()).path("error");
      assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
      assertThat(error.path("message").asText()).isNotEmpty();
    }
  }

  @Test
  void contentMayBeAnArrayOfTextParts() throws Exception {
    String parts =
        QUESTION.replace(
            "\"Options: [a, b]\\nText: something\"",
            "[{\"type\":\"text\",\"text\":\"Options: [a, b]\"},"
                + "{\"type\":\"text\",\"text\":\"Text: something\"}]");

    assertThat(choices(post("/v1/chat/completions", parts)))
        .isEqualTo(choices(post("/v1/chat/completions", QUESTION)));
  }

  @Test
  void aBodyOverFourMegabytesIsRefused() throws Exception {
    String large = QUESTION.replace("something", "x".repeat(5 << 20));

    assertThat(post("/v1/chat/completions", large).statusCode()).isEqualTo(413);
  }

  @Test
  void faultsAreSetWhileItRuns() throws Exception {
    faults("{\"rates\":{\"BUSY\":1},\"retryAfterSeconds\":3}");
    assertThat(post("/v1/chat/completions", QUESTION).headers().firstValue("Retry-After"))
        .contains("3");
    assertThatThrownBy(() -> openAi.chat().completions().create(params().build()))
        .isInstanceOf(RateLimitException.class);

    faults("{\"rates\":{\"ERROR\":1}}");
    assertThatThrownBy(() -> openAi.chat().completions().create(params().build()))
        .isInstanceOf(InternalServerException.class);

    faults("{\"rates\":{\"GARBAGE\":1}}");
    assertThatThrownBy(() -> openAi.chat().completions().create(params().build()).choices())
        .isInstanceOf(OpenAIException.class);

    faults("{\"rates\":{\"FEWER\":1},\"latencyMs\":5,\"latencyJitterMs\":5}");
    assertThat(openAi.chat().completions().create(params().build()).choices()).hasSize(4);

    assertThat(Json.MAPPER.readTree(get("/admin/faults").body()).path("retryAfterSeconds").asInt())
        .isEqualTo(3);
    assertThat(Json.MAPPER.readTree(get("/admin/stats").body()).path("calls").asInt()).isEqualTo(1);
  }

  @Test
  void aHungCallIsNotAnswered() throws Exception {
    faults("{\"rates\":{\"HANG\":1}}");
    HttpRequest request =
        request("/v1/chat/completions")
            .timeout(Duration.ofMillis(200))
            .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
            .build();

    assertThatThrownBy(() -> http.send(request, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void impossibleFaultsAreRefusedAndChangeNothing() throws Exception {
    for (String body :
        List.of(
            "{\"rates\":{\"HANG\":2}}",
            "{\"rates\":{\"HANG\":0.6,\"GARBAGE\":0.6}}",
            "{\"rates\":{\"HANGS\":1}}",
            "{\"rates\":{\"HANG\":null}}",
            "{\"rates\":null}",
            "{\"rate\":1}",
            "{\"latencyMs\":-1}",
            "{\"latencyMs\":\"long\"}")) {
      assertThat(post("/admin/faults", body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(post("/v1/chat/completions", QUESTION).statusCode()).isEqualTo(200);
  }

  @Test
  void manyCallsInFlightDoNotWaitForEachOther() throws Exception {
    faults("{\"latencyMs\":50}");
    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    http.sendAsync(
                        request("/v1/chat/completions")
                            .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                            .build(),
                        HttpResponse.BodyHandlers.ofString()))
            .toList();

    assertThat(calls).allSatisfy(c -> assertThat(c.join().statusCode()).isEqualTo(200));
    JsonNode stats = Json.MAPPER.readTree(get("/admin/stats").body());
    assertThat(stats.path("calls").asInt()).isEqualTo(100);
    assertThat(stats.path("completionTokens").asInt()).isEqualTo(400);
  }

  private static ChatCompletionCreateParams.Builder params() {
    return ChatCompletionCreateParams.builder()
        .model("any")
        .addSystemMessage("Answer with one label.")
        .addUserMessage("Options: [politics, food & drink]\nText: a soup of the day")
        .n(8)
        .temperature(1)
        .seed(11);
  }

  private static List<String> contents(ChatCompletion completion) {
    return completion.choices().stream().map(c -> c.message().content().orElseThrow()).toList();
  }

  private void faults(String body) throws Exception {
    assertThat(post("/admin/faults", body).statusCode()).isEqualTo(200);
  }

  private static JsonNode choices(HttpResponse<String> response) throws Exception {
    return Json.MAPPER.readTree(response.body()).path("choices");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.baseUrl().replace("/v1", "") + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(
        request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
