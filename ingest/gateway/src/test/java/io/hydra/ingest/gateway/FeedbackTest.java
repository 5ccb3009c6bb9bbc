package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackTest extends GatewayTest {
  private Object lastPayload() {
    return gateway.backend.events.get(gateway.backend.events.size() - 1).getPayload();
  }

  private void ask(String user, String id) {
    assertThat(
            gateway
                .post(
                    "/v1/queries",
                    "{\"query_id\":\"%s\",\"user_id\":\"%s\",\"task\":\"LaMP_3\",\"input\":\"a text\"}"
                        .formatted(id, user))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aVerdictNamesUserAndTask() {
    Answer answer =
        gateway.post(
            "/v1/feedback",
            "{\"event_id\":\"v-1\",\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"query_id\":\"q\",\"verdict\":\"chose\",\"candidate\":2}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("event_id").asText()).isEqualTo("v-1");
    assertThat(lastPayload()).isEqualTo(new Feedback("q", Verdict.CHOSE, 2, null, null));
  }

  @Test
  void forAQueryOfThisGatewayItNeedNot() {
    ask("ann", "q-1");
    assertThat(
            gateway
                .post("/v1/feedback", "{\"query_id\":\"q-1\",\"verdict\":\"accepted\"}")
                .status())
        .isEqualTo(202);
    BehaviorEvent kept = gateway.backend.events.get(0);
    assertThat(kept.getUserId()).isEqualTo("ann");
    assertThat(kept.getTask()).isEqualTo("LaMP_3");
  }

  @Test
  void unlessTwoUsersOrAnotherTenantHaveTheId() {
    ask("ann", "q-1");
    ask("bob", "q-1");
    String verdict = "{\"query_id\":\"q-1\",\"verdict\":\"accepted\"}";
    assertThat(gateway.post("/v1/feedback", verdict).status()).isEqualTo(422);
    ask("ann", "q-2");
    assertThat(
            gateway
                .post(
                    "/v1/feedback",
                    verdict.replace("q-1", "q-2"),
                    "Authorization",
                    "Bearer " + TestGateway.OTHER_TENANTS_KEY)
                .status())
        .isEqualTo(422);
    assertThat(gateway.backend.events).isEmpty();
  }

  @Test
  void aCandidateThatTheResponseDoesNotHaveIsRefusedWhereItIsKnown() {
    String chose =
        "{\"query_id\":\"%s\",\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"verdict\":\"chose\",\"candidate\":%d}";
    ask("ann", "q-1");
    Answer answer = gateway.post("/v1/feedback", chose.formatted("q-1", 2));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("field").asText()).isEqualTo("candidate");
    assertThat(answer.json().path("detail").asText())
        .startsWith("candidate is 2")
        .contains("has 2");
    Answer none =
        gateway.post("/v1/feedback", chose.formatted("q-1", 1).replace(",\"candidate\":1", ""));
    assertThat(none.status()).isEqualTo(422);
    assertThat(none.json().path("field").asText()).isEqualTo("candidate");
    assertThat(gateway.post("/v1/feedback", chose.formatted("q-1", 1)).status()).isEqualTo(202);
    assertThat(gateway.post("/v1/feedback", chose.formatted("q-2", 2)).status())
        .as("another gateway may know it")
        .isEqualTo(202);
  }

  @Test
  void tensorZerosShapeIsUnderstood() {
    ask("ann", "q-1");
    String shape = "{\"inference_id\":\"q-1\",\"metric_name\":\"%s\",\"value\":%s}";
    Answer answer = gateway.post("/v1/feedback", shape.formatted("helpful", "true"));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("feedback_id").asText()).isNotEmpty();
    assertThat(lastPayload()).isEqualTo(new Feedback("q-1", Verdict.ACCEPTED, null, null, null));
    gateway.post("/v1/feedback", shape.formatted("helpful", "false"));
    assertThat(lastPayload()).isEqualTo(new Feedback("q-1", Verdict.REJECTED, null, null, null));
    gateway.post("/v1/feedback", shape.formatted("stars", "0.25"));
    assertThat(lastPayload()).isEqualTo(new Feedback("q-1", Verdict.RATED, null, null, 0.25));
    gateway.post("/v1/feedback", shape.formatted("demonstration", "\"4\""));
    assertThat(lastPayload()).isEqualTo(new Feedback("q-1", Verdict.EDITED, null, "4", null));
    assertThat(gateway.post("/v1/feedback", shape.formatted("comment", "\"nice\"")).status())
        .as("nothing would keep it")
        .isEqualTo(422);
    assertThat(gateway.post("/v1/feedback", shape.formatted("stars", "7")).status()).isEqualTo(422);
    assertThat(gateway.post("/v1/feedback", shape.formatted("stars", "\"7\"")).status())
        .isEqualTo(422);
  }

  @Test
  void tensorZerosTagsMayNameTheUser() {
    Answer answer =
        gateway.post(
            "/v1/feedback",
            "{\"inference_id\":\"q\",\"metric_name\":\"ok\",\"value\":true,\"tags\":{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"page\":\"7\"}}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(gateway.backend.events.get(0).getUserId()).isEqualTo("ann");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"query_id\":\"q\",\"verdict\":\"edited\"|text|must be given with edited",
        "\"query_id\":\"q\",\"verdict\":\"rated\",\"rating\":5|rating|between 0 and 1",
        "\"query_id\":\"q\",\"verdict\":\"chose\",\"rating\":1|candidate|given with chose",
        "\"inference_id\":\"q\",\"metric_name\":\"stars\",\"value\":5|value|between 0 and 1",
        "\"inference_id\":\"\",\"metric_name\":\"ok\",\"value\":true|inference_id|1 to 256",
        "\"inference_id\":\"q\",\"metric_name\":\"ok\",\"value\":5,\"dryrun\":true|value|between",
      })
  void theWrongFieldIsNamedAsItIsHere(String fields, String field, String detail) {
    Answer answer =
        gateway.post("/v1/feedback", "{\"user_id\":\"ann\",\"task\":\"LaMP_3\"," + fields + "}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("field").asText()).as(answer.body()).isEqualTo(field);
    assertThat(answer.json().path("detail").asText())
        .startsWith(field + " ")
        .contains(detail)
        .doesNotContain("feedback.");
  }

  private void told(String user, Outcome outcome, String reason) {
    gateway.outcomes.add(
        new VerdictOutcome(
            "shop", user, "v-1", "q-1", outcome, reason, gateway.time.instant(), null));
  }

  @Test
  void whatBecameOfAVerdictIsToldToItsTenant() {
    String path = "/v1/feedback/v-1?user_id=ann";
    assertThat(gateway.get(path).status()).as("outcomes are not read").isEqualTo(503);
    gateway.outcomes.setRead(true);
    assertThat(gateway.get(path).status()).isEqualTo(404);

    told("ann", Outcome.WAITING, null);
    assertThat(gateway.get(path).json().path("outcome").asText()).isEqualTo("waiting");
    told("ann", Outcome.NO_SIGNAL, "it does not tell the candidates apart");
    told("ann", Outcome.REPEATED, null);
    told("bob", Outcome.JOINED, null);
    assertThat(gateway.get(path).json().path("outcome").asText()).isEqualTo("no_signal");
    assertThat(gateway.get(path).json().path("reason").asText()).contains("tell the candidates");

    String other = "Bearer " + TestGateway.OTHER_TENANTS_KEY;
    assertThat(gateway.get(path, "Authorization", other).status()).isEqualTo(404);
    assertThat(gateway.get("/v1/feedback/v-1").status()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"inference_id\":\"q\",\"metric_name\":\"ok\",\"value\":%s",
        "\"query_id\":\"q\",\"verdict\":\"rated\",\"rating\":%s"
      })
  void aDryRunIsCheckedAndKeepsNothing(String verdict) {
    String dry = "{\"dryrun\":true,\"user_id\":\"ann\",\"task\":\"LaMP_3\"," + verdict + "}";
    assertThat(gateway.post("/v1/feedback", dry.formatted("1")).status()).isEqualTo(200);
    assertThat(gateway.post("/v1/feedback", dry.formatted("7")).status()).isEqualTo(422);
    assertThat(gateway.backend.events).isEmpty();
    String wet = dry.formatted("1").replace("\"dryrun\":true", "\"dryrun\":false");
    assertThat(gateway.post("/v1/feedback", wet).status()).isEqualTo(202);
  }

  @Test
  void aTaskThatIsNotTheQuerysIsRefusedWhereTheQueryIsKnown() {
    ask("ann", "q-1");
    String verdict =
        "{\"user_id\":\"ann\",\"task\":\"LaMP_5\",\"query_id\":\"%s\",\"verdict\":\"accepted\"}";
    Answer answer = gateway.post("/v1/feedback", verdict.formatted("q-1"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("field").asText()).isEqualTo("task");
    assertThat(gateway.post("/v1/feedback", verdict.formatted("q-2")).status())
        .as("another gateway may know it")
        .isEqualTo(202);
  }

  @Test
  void aUserWhoIsNotTheQuerysIsWarnedOf() {
    ask("ann", "q-1");
    String verdict =
        "{\"user_id\":\"%s\",\"task\":\"LaMP_3\",\"query_id\":\"q-1\",\"verdict\":\"accepted\"}";
    assertThat(gateway.post("/v1/feedback", verdict.formatted("ann")).json().has("warning"))
        .isFalse();
    Answer bobs = gateway.post("/v1/feedback", verdict.formatted("bob"));
    assertThat(bobs.status()).isEqualTo(202);
    assertThat(bobs.json().path("warning").asText()).contains("another user");
    ask("bob", "q-1");
    assertThat(gateway.post("/v1/feedback", verdict.formatted("bob")).json().has("warning"))
        .as("both have asked under the id")
        .isFalse();
  }

  private Instant sent(String path, String body, String... headers) {
    gateway.time.advance(Duration.ofMinutes(1));
    assertThat(gateway.post(path, body, headers).status()).isEqualTo(202);
    return gateway.backend.events.get(gateway.backend.events.size() - 1).getOccurredAt();
  }

  @Test
  void aCopyHasTheTimeOfTheFirst() {
    String verdict =
        "{\"event_id\":\"v-%s\",\"user_id\":\"%s\",\"task\":\"LaMP_3\",\"query_id\":\"q\",\"verdict\":\"%s\"}";
    String accepted = verdict.formatted("1", "ann", "accepted");
    Instant first = sent("/v1/feedback", accepted);
    Instant second = sent("/v1/feedback", verdict.formatted("2", "ann", "rejected"));
    assertThat(second).isAfter(first);
    assertThat(sent("/v1/feedback", accepted)).isEqualTo(first);
    assertThat(sent("/v1/feedback", verdict.formatted("1", "bob", "accepted")))
        .as("another user's")
        .isAfter(second);
    assertThat(sent("/v1/feedback", verdict.formatted("1", "ann", "rejected")))
        .as("no copy: it says something else")
        .isAfter(second);
  }

  @Test
  void soHasOneThatFailedOrBringsNoIdButAKey() {
    String event =
        "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"interaction\":{\"input\":\"i\",\"output\":\"4\"}}";
    String[] key = {"Idempotency-Key", "k"};
    gateway.backend.away = true;
    Instant first = gateway.time.instant();
    assertThat(gateway.post("/v1/events", event, key).status()).isEqualTo(503);
    gateway.backend.away = false;
    assertThat(sent("/v1/events", event, key)).isEqualTo(first);
    assertThat(sent("/v1/events", event)).isAfter(first);
    gateway.times.forget(new UserKey("shop", "ann"));
    assertThat(sent("/v1/events", event, key)).as("nothing is held of it").isAfter(first);
  }

  @Test
  void aDryRunDatesNothing() {
    String verdict =
        "{\"event_id\":\"v-1\",\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"query_id\":\"q\",\"verdict\":\"accepted\"";
    assertThat(gateway.post("/v1/feedback", verdict + ",\"dryrun\":true}").status()).isEqualTo(200);
    Instant then = gateway.time.instant();
    assertThat(sent("/v1/feedback", verdict + "}")).isAfter(then);
  }
}
