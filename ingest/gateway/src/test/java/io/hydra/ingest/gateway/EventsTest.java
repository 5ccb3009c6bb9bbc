package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.ingest.gateway.events.EventIds;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest extends GatewayTest {
  private static final String AT = "2025-12-31T10:00:00Z";

  private static String event(String id, String input) {
    return """
    {"event_id": "%s", "user_id": "ann", "task": "LaMP_3", "occurred_at": "%s",
     "interaction": {"input": "%s", "output": "2"}}\
    """
        .formatted(id, AT, input)
        .replace("\n", "");
  }

  @Test
  void oneEventIsKeptUnderTheKeysTenant() {
    Answer answer = gateway.post("/v1/events", event("e-1", "Dull."));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("event_id").asText()).isEqualTo("e-1");
    assertThat(gateway.backend.events)
        .containsExactly(
            new BehaviorEvent(
                "e-1",
                "shop",
                "ann",
                "LaMP_3",
                Instant.parse(AT),
                new Interaction("Dull.", "2", null)));
  }

  @Test
  void whatIsLeftOutIsFilledIn() {
    Answer answer =
        gateway.post(
            "/v1/events",
            "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"feedback\":{\"query_id\":\"q\",\"verdict\":\"rated\",\"rating\":0.75}}");
    assertThat(answer.status()).isEqualTo(202);
    BehaviorEvent kept = gateway.backend.events.get(0);
    assertThat(kept.getEventId()).isEqualTo(answer.json().path("event_id").asText()).isNotEmpty();
    assertThat(kept.getOccurredAt()).isEqualTo(gateway.time.instant());
    assertThat(kept.getPayload()).isEqualTo(new Feedback("q", Verdict.RATED, null, null, 0.75));
  }

  @Test
  void anEventOfATaskThatIsNotOfferedIsKeptWithAWarning() {
    String typo = event("e-2", "Dull.").replace("LaMP_3", "LaMP3");
    Answer one = gateway.post("/v1/events", typo);
    assertThat(one.status()).isEqualTo(202);
    assertThat(one.json().path("warning").asText()).contains("LaMP3 is none", "/v1/models");
    JsonNode many =
        gateway.post("/v1/events", "[" + event("e-1", "Dull.") + "," + typo + "]").json();
    assertThat(many.path("accepted").asInt()).isEqualTo(2);
    assertThat(many.at("/events/0").has("warning")).isFalse();
    assertThat(many.at("/events/1/warning").asText()).contains("LaMP3");
    assertThat(gateway.backend.events).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"LaMP_3\"|\"LaMP 3\"|task|task must be 1 to 64 letters",
        "\"ann\"|\"ann \"|user_id|starts or ends with white space",
        "\"ann\"|7|user_id|must be a string, and is a number",
        "\"user_id\"|\"userid\"|user_id|user_id must be given; userid is not known here",
        "\"task\"|\"tsk\"|task|task must be given; tsk is not known here",
        "\"2025-12-31T10:00:00Z\"|\"2025-12-31T10:00:00\"|occurred_at|lacks its offset",
        "\"2025-12-31T10:00:00Z\"|\"soon\"|occurred_at|must be a time such as",
        "\"2025-12-31T10:00:00Z\"|1767175200|occurred_at|looks like seconds",
        "\"2\"|\" \"|interaction.output|must not be empty",
        "\"2\"|\"2\", \"lang\": \"en\"|interaction.lang|only input, output, query_id",
        "\"interaction\": {|\"feedback\": {\"query_id\": \"q\", \"verdict\": \"edited\"}, \"x\": {|x|only event_id",
      })
  void theOneFieldThatIsWrongIsNamed(String right, String wrong, String field, String detail) {
    Answer answer = gateway.post("/v1/events", event("e-1", "Dull.").replace(right, wrong));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("field").asText()).as(answer.body()).isEqualTo(field);
    assertThat(answer.json().path("detail").asText()).startsWith(field).contains(detail);
    assertThat(gateway.backend.events).isEmpty();
  }

  @Test
  void aNameThatMayBeAUsersTextIsNotRepeated() {
    Answer answer =
        gateway.post(
            "/v1/events", event("e-1", "x").replace("\"output\"", "\"My cat\":1,\"output\""));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).doesNotContain("cat").contains("interaction").contains("query_id");
  }

  @Test
  void aLineAsLoadTakesItIsToldWhereInputAndOutputBelong() {
    Answer answer =
        gateway.post(
            "/v1/events",
            "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"x\",\"output\":\"2\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("field").asText()).isEqualTo("interaction");
    assertThat(answer.json().path("detail").asText()).contains("put input and output into it");
  }

  @Test
  void aTimeMayBeMillisecondsOrHaveAnOffset() {
    for (String time : List.of("1767175200000", "\"2025-12-31T11:00:00+01:00\"")) {
      gateway.post("/v1/events", event("e", "Dull.").replace('"' + AT + '"', time));
    }
    assertThat(gateway.backend.events)
        .hasSize(2)
        .allMatch(kept -> kept.getOccurredAt().equals(Instant.parse(AT)));
  }

  @Test
  void anArrayAndLinesAreManyEvents() {
    String two = event("a", "x") + "," + event("b", "y");
    assertThat(gateway.post("/v1/events", "[" + two + "]").status()).isEqualTo(202);
    Answer lines =
        gateway.post(
            "/v1/events",
            event("c", "x") + "\n\n" + event("d", "y") + "\n",
            "Content-Type",
            "application/x-ndjson; charset=utf-8");
    assertThat(lines.status()).isEqualTo(202);
    assertThat(lines.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(gateway.backend.events)
        .extracting(BehaviorEvent::getEventId)
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  void aBadRecordStopsNoOtherAndEachIsTold() {
    Answer answer =
        gateway.post(
            "/v1/events",
            event("a", "x") + "\nnot JSON\n" + event("blank", " ") + "\n" + event("b", "y"),
            "Content-Type",
            "application/x-ndjson");
    assertThat(answer.status()).isEqualTo(207);
    JsonNode events = answer.json().path("events");
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(answer.json().path("refused").asInt()).isEqualTo(2);
    assertThat(events.findValues("status")).extracting(JsonNode::asInt).contains(202, 400, 422);
    assertThat(events.path(2).path("problem").path("index").asInt()).isEqualTo(2);
    assertThat(events.path(2).path("problem").path("detail").asText())
        .contains("interaction.input");
    assertThat(gateway.backend.events)
        .extracting(BehaviorEvent::getEventId)
        .containsExactly("a", "b");
  }

  @Test
  void anEventThatMayBeLostIsToldWithTheIdToSendItAgainUnder() {
    gateway.backend.away = true;
    Answer answer =
        gateway.post("/v1/events", event("e-1", "x").replace("\"event_id\": \"e-1\", ", ""));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isNotEmpty();
    assertThat(answer.json().path("event_id").asText()).isNotEmpty();
  }

  @Test
  void aCloudEventOfAnotherTenantIsRefused() {
    String event =
        """
        {"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "io.hydra.interaction.v1",
         "subject": "ann", "tenant": "other",
         "data": {"task": "LaMP_3", "input": "Dull.", "output": "2"}}\
        """;
    String type = "application/cloudevents+json";
    assertThat(gateway.post("/v1/events", event, "Content-Type", type).status()).isEqualTo(403);
    assertThat(
            gateway
                .post("/v1/events", event.replace("other", "shop"), "Content-Type", type)
                .status())
        .isEqualTo(202);
  }

  @Test
  void ofABatchNoMoreIsTriedOnceKafkaIsAway() {
    gateway.backend.away = true;
    Answer answer =
        gateway.post("/v1/events", "[7, " + event("a", "x") + "," + event("b", "x") + ", {}]");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("events").findValues("status"))
        .extracting(JsonNode::asInt)
        .contains(422, 503, 503, 422);
    assertThat(gateway.backend.triedInVain).hasValue(1);
  }

  @Test
  void aBatchOfBadRecordsAloneIsRefused() {
    assertThat(gateway.post("/v1/events", "[" + event("a", " ") + ", 7]").status()).isEqualTo(422);
    assertThat(gateway.post("/v1/events", "[]").status()).isEqualTo(422);
  }

  @Test
  void tooManyRecordsAreRefusedWhole() {
    String many =
        IntStream.range(0, 1001)
            .mapToObj(i -> event("e-" + i, "x"))
            .collect(Collectors.joining("\n"));
    assertThat(gateway.post("/v1/events", many, "Content-Type", "application/x-ndjson").status())
        .isEqualTo(413);
    assertThat(gateway.backend.events).isEmpty();
  }

  @Test
  void nothingIsAcceptedThatKafkaHasNotConfirmed() {
    gateway.backend.away = true;
    Answer one = gateway.post("/v1/events", event("a", "x"));
    assertThat(one.status()).isEqualTo(503);
    assertThat(one.header("Retry-After")).isEqualTo("2");
    Answer many = gateway.post("/v1/events", "[" + event("a", "x") + "," + event("b", " ") + "]");
    assertThat(many.status()).isEqualTo(503);
    assertThat(many.header("Retry-After")).isEqualTo("2");
    assertThat(many.json().path("accepted").asInt()).isZero();
  }

  @Test
  void sentAgainUnderOneIdempotencyKeyItIsTheSameEvents() {
    String body = "[" + event("", "x") + "," + event("", "y") + "]";
    String anonymous = body.replace("\"event_id\": \"\", ", "");
    gateway.post("/v1/events", anonymous, "Idempotency-Key", "job-1");
    gateway.post("/v1/events", anonymous, "Idempotency-Key", "job-1");
    gateway.post("/v1/events", anonymous.replace("\"x\"", "\"z\""), "Idempotency-Key", "job-1");
    gateway.post("/v1/events", anonymous, "Idempotency-Key", "job-2");
    gateway.post(
        "/v1/events",
        anonymous,
        "Idempotency-Key",
        "job-1",
        "Authorization",
        "Bearer " + TestGateway.OTHER_TENANTS_KEY);
    List<String> ids = gateway.backend.events.stream().map(BehaviorEvent::getEventId).toList();
    assertThat(ids.subList(2, 4)).isEqualTo(ids.subList(0, 2));
    assertThat(ids.get(4)).as("another content is another event").isNotEqualTo(ids.get(0));
    assertThat(ids.get(5)).isEqualTo(ids.get(1));
    assertThat(ids.subList(6, 8)).doesNotContainAnyElementsOf(ids.subList(0, 6));
    assertThat(ids.subList(8, 10)).doesNotContainAnyElementsOf(ids.subList(0, 8));
  }

  @Test
  void cloudEventsComeStructuredInBatchesAndInBinaryMode() {
    String structured =
        """
        {"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "io.hydra.interaction.v1",
         "subject": "ann", "time": "%s", "datacontenttype": "application/json", "traceid": "t",
         "data": {"task": "LaMP_3", "input": "Dull.", "output": "2"}}\
        """
            .formatted(AT);
    assertThat(
            gateway
                .post("/v1/events", structured, "Content-Type", "application/cloudevents+json")
                .status())
        .isEqualTo(202);
    assertThat(
            gateway
                .post(
                    "/v1/events",
                    "[" + structured.replace("c-1", "c-2") + "]",
                    "Content-Type",
                    "application/cloudevents-batch+json; charset=UTF-8")
                .status())
        .isEqualTo(202);
    Answer binary =
        gateway.post(
            "/v1/events",
            "{\"query_id\": \"q\", \"verdict\": \"ACCEPTED\"}",
            "ce-specversion",
            "1.0",
            "ce-id",
            "c-3",
            "ce-source",
            "/shop",
            "ce-type",
            "io.hydra.feedback.v1",
            "ce-subject",
            "J%C3%BCrgen",
            "ce-time",
            AT,
            "ce-task",
            "LaMP_3");
    assertThat(binary.status()).isEqualTo(202);
    assertThat(gateway.backend.events)
        .extracting(BehaviorEvent::getEventId)
        .containsExactly(
            EventIds.ofCloudEvent("/shop", "c-1"),
            EventIds.ofCloudEvent("/shop", "c-2"),
            EventIds.ofCloudEvent("/shop", "c-3"));
    assertThat(EventIds.ofCloudEvent("/blog", "c-1"))
        .as("another source counts on its own")
        .isNotEqualTo(EventIds.ofCloudEvent("/shop", "c-1"));
    assertThat(gateway.backend.events.get(0).getPayload())
        .isEqualTo(new Interaction("Dull.", "2", null));
    assertThat(gateway.backend.events.get(2).getUserId()).isEqualTo("Jürgen");
    assertThat(gateway.backend.events.get(2).getPayload())
        .isEqualTo(new Feedback("q", Verdict.ACCEPTED, null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "specversion, 0.3",
    "type, com.example.click",
    "datacontenttype, text/xml",
    "source, ''",
    "time, yesterday"
  })
  void cloudEventsOfOtherKindsAreRefused(String attribute, String value) {
    String event =
        """
        {"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "io.hydra.interaction.v1",
         "subject": "ann", "time": "%s", "datacontenttype": "application/json",
         "data": {"task": "LaMP_3", "input": "Dull.", "output": "2"}}\
        """
            .formatted(AT)
            .replaceFirst(
                "\"" + attribute + "\": \"[^\"]*\"", "\"" + attribute + "\": \"" + value + "\"");
    Answer answer =
        gateway.post("/v1/events", event, "Content-Type", "application/cloudevents+json");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("detail").asText()).startsWith(attribute);
  }

  @ParameterizedTest
  @CsvSource({
    "subject, ann, 'ann ', subject starts or ends",
    "time, 2025-12-31T10:00:00Z, 2225-12-31T10:00:00Z, time lies more than 24 hours",
    "data.output, 2, ' ', data.output must not be empty",
  })
  void ofACloudEventTheFieldIsNamedAsItIsThere(
      String field, String right, String wrong, String detail) {
    String event =
        """
        {"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "io.hydra.interaction.v1",
         "subject": "ann", "time": "2025-12-31T10:00:00Z",
         "data": {"task": "LaMP_3", "input": "Dull.", "output": "2"}}\
        """
            .replace("\"" + right + "\"", "\"" + wrong + "\"");
    JsonNode told =
        gateway.post("/v1/events", event, "Content-Type", "application/cloudevents+json").json();
    assertThat(told.path("field").asText()).isEqualTo(field);
    assertThat(told.path("detail").asText()).startsWith(detail);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    String event =
        "\uFEFF{\"user_id\":\"ann\",\"task\":\"t\",\"interaction\":{\"input\":\"x\",\"output\":\"2\"}}";
    assertThat(gateway.post("/v1/events", event).status()).isEqualTo(202);
    assertThat(
            gateway
                .post("/v1/events", event + "\n", "Content-Type", "application/x-ndjson")
                .status())
        .isEqualTo(202);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json; charset=utf-8, 202",
    "Application/JSON, 202",
    "application/vnd.shop+json, 202",
    "text/plain, 422"
  })
  void dataOfACloudEventIsAnyJson(String type, int status) {
    String event =
        "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"/s\",\"type\":\"io.hydra.interaction.v1\",\"subject\":\"ann\",\"task\":\"t\",\"datacontenttype\":\"%s\",\"data\":{\"input\":\"x\",\"output\":\"2\"}}"
            .formatted(type);
    assertThat(
            gateway
                .post("/v1/events", event, "Content-Type", "application/cloudevents+json")
                .status())
        .isEqualTo(status);
  }
}
