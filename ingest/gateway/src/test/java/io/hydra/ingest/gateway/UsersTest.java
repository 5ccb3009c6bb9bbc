package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
  /** Of the characters that paths are about. */
  private static final String ODD = "a/b;c%2F..\u00fc";

  private static final String ENCODED = "/v1/users/a%2Fb%3Bc%252F..%C3%BC";

  @TempDir Path dir;
  private TestGateway gateway;

  @BeforeEach
  void open() {
    gateway = new TestGateway(dir);
    gateway.remember(
        new UserKey("shop", ODD),
        Map.of(
            "LaMP_3",
            new History(4, List.of(new HistoryItem("e-1", 1767175200000L, "Dull.", "2")))));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void allThatIsRememberedIsTold() {
    Answer answer = gateway.get(ENCODED);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("user_id").asText()).isEqualTo(ODD);
    assertThat(answer.json().at("/tasks/0/items/0/output").asText()).isEqualTo("2");
    assertThat(answer.json().at("/tasks/0/items/0/occurred_at").asText())
        .isEqualTo("2025-12-31T10:00:00Z");
  }

  @Test
  void ofAnotherTenantsUserNothingIs() {
    Answer answer =
        gateway.get(ENCODED, "Authorization", "Bearer " + TestGateway.OTHER_TENANTS_KEY);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("tasks")).isEmpty();
  }

  @Test
  void forgettingIsOrderedForTheKeysTenantAlone() {
    Answer answer =
        gateway.delete(ENCODED, "Authorization", "Bearer " + TestGateway.OTHER_TENANTS_KEY);
    assertThat(answer.status()).isEqualTo(202);
    BehaviorEvent order = gateway.backend.events.get(0);
    assertThat(order.getTenant()).isEqualTo("other");
    assertThat(order.getUserId()).isEqualTo(ODD);
    assertThat(order.getPayload()).isEqualTo(new Erasure());
    assertThat(order.getOccurredAt()).isEqualTo(gateway.time.instant());
  }

  @Test
  void aMomentMayBeNamed() {
    assertThat(gateway.delete("/v1/users/ann?up_to=2025-06-01T00:00:00%2B02:00").status())
        .isEqualTo(202);
    assertThat(gateway.backend.events.get(0).getOccurredAt())
        .isEqualTo(Instant.parse("2025-05-31T22:00:00Z"));
    assertThat(gateway.delete("/v1/users/ann?up_to=soon").status()).isEqualTo(422);
    assertThat(gateway.delete("/v1/users/ann?up_to=2036-06-01T00:00:00Z").body())
        .contains("\"field\":\"up_to\"", "up_to lies more than 24 hours in the future");
    assertThat(gateway.delete("/v1/users/ann?up_to=2025-06-01T00:00:00").body())
        .contains("up_to lacks its offset");
    assertThat(gateway.delete("/v1/users/ann?upTo=1").json().path("field").asText())
        .isEqualTo("upTo");
  }

  private void ask(String... users) {
    String query = "{\"query_id\":\"q-%s\",\"user_id\":\"%s\",\"task\":\"LaMP_3\",\"input\":\"x\"}";
    for (String user : users) {
      gateway.post("/v1/queries", query.formatted(user, user));
      gateway.outcomes.add(
          new VerdictOutcome("shop", user, "v", "q", Outcome.JOINED, null, Instant.EPOCH, null));
    }
  }

  private boolean isHeld(String user) {
    Answer response = gateway.get("/v1/responses/q-%s?user_id=%s".formatted(user, user));
    Answer outcome = gateway.get("/v1/feedback/v?user_id=" + user);
    assertThat(response.status()).isIn(200, 404).isEqualTo(outcome.status());
    return response.status() == 200;
  }

  /** The topic of erasures as this gateway reads it; tests announce by the listener. */
  private static final class ErasuresTopic implements AnnouncementReader.Opening<UserErased> {
    private Consumer<UserErased> listener;
    private Consumer<RuntimeException> stopped;
    private int readers;

    @Override
    public Runnable open(Consumer<UserErased> told, Consumer<RuntimeException> ended) {
      listener = told;
      stopped = ended;
      readers++;
      return () -> readers--;
    }

    void announce(String tenant, String user) {
      listener.accept(new UserErased(tenant, user, "f", Instant.EPOCH, 0, 0, Instant.EPOCH));
    }
  }

  private AnnouncementReader<UserErased> reader(ErasuresTopic topic) {
    return AnnouncementReader.ofErasures(topic, gateway.asked, gateway.outcomes, gateway.times);
  }

  @Test
  void whoIsForgottenElsewhereIsForgottenHere() {
    ErasuresTopic topic = new ErasuresTopic();
    gateway.outcomes.setRead(true);
    try (var reader = reader(topic)) {
      reader.look();
      ask("ann", "bob");
      topic.announce("other", "ann");
      topic.announce("shop", "bob");
      assertThat(isHeld("ann")).isTrue();
      assertThat(isHeld("bob")).isFalse();
    }
    assertThat(topic.readers).isZero();
  }

  @Test
  void whoWasForgottenWhileNothingWasReadCannotBeHeld() {
    ErasuresTopic topic = new ErasuresTopic();
    gateway.outcomes.setRead(true);
    try (var reader = reader(topic)) {
      ask("ann");
      reader.look();
      assertThat(isHeld("ann")).as("asked before anything was read").isFalse();
      ask("ann");
      reader.look();
      assertThat(isHeld("ann")).as("as long as all is read").isTrue();
      topic.stopped.accept(new IllegalStateException("gone"));
      assertThat(isHeld("ann")).as("by an outage alone nobody is forgotten").isTrue();
      reader.look();
      assertThat(isHeld("ann")).as("after a gap").isFalse();
      assertThat(topic.readers).isEqualTo(1);
    }
  }

  @Test
  void theAnswersOfWhoIsForgottenAreForgotten() {
    ask("ann", "bob");
    assertThat(gateway.delete("/v1/users/ann").status()).isEqualTo(202);
    assertThat(gateway.get("/v1/responses/q-ann?user_id=ann").status()).isEqualTo(404);
    assertThat(gateway.get("/v1/responses/q-bob").status()).isEqualTo(200);
    String verdict = "{\"query_id\":\"q-%s\",\"verdict\":\"accepted\"}";
    assertThat(gateway.post("/v1/feedback", verdict.formatted("ann")).status()).isEqualTo(422);
    assertThat(gateway.post("/v1/feedback", verdict.formatted("bob")).status()).isEqualTo(202);
  }

  @Test
  void whatCannotBeReadNowIsSaid() {
    gateway.remembered.clear();
    gateway.backend.away = true;
    assertThat(gateway.delete("/v1/users/ann").status()).isEqualTo(503);
  }

  @Test
  void aMisspelledParameterForgetsNobody() {
    for (String parameter : List.of("upTo=2025-06-01T00:00:00Z", "up_to=&dry_run=true", "x")) {
      assertThat(gateway.delete("/v1/users/ann?" + parameter).status()).isEqualTo(422);
    }
    assertThat(gateway.get("/v1/users/ann?task=LaMP_3").status()).isEqualTo(422);
    assertThat(gateway.backend.events).isEmpty();
  }
}
