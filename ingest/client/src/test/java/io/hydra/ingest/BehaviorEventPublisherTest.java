package io.hydra.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class BehaviorEventPublisherTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final UserKey ANN = new UserKey("shop", "ann");

  private final MockProducer<String, BehaviorEvent> producer =
      new MockProducer<>(
          false,
          null,
          new StringSerializer(),
          new RegistrySerializer<>(Registries.registered(), Topic.EVENTS));
  private final BehaviorEventPublisher publisher =
      new BehaviorEventPublisher(producer, Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void anEventIsKeyedByTenantAndUserAndStampedNow() {
    var acknowledged = publisher.publish(event("dull strings"));

    assertThat(acknowledged).isNotDone();
    producer.completeNext();
    assertThat(acknowledged).isCompleted();
    assertThat(producer.history())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("hydra.events");
              assertThat(record.key()).isEqualTo("shop:ann");
              assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
              assertThat(record.value().getOccurredAt()).isEqualTo(NOW.minusSeconds(5));
            });
  }

  @Test
  void anEventThatBreaksARuleIsRefusedBeforeItIsSent() {
    assertThatThrownBy(() -> publisher.publish(event(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interaction.input");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aVerdictIsPublishedAsAnyEventAndKeepsTheSameRules() {
    Instant at = NOW.minusSeconds(5);
    for (BehaviorEvent verdict :
        List.of(
            BehaviorEvents.accepted("v1", ANN, "LaMP_3", at, "q1"),
            BehaviorEvents.rejected("v2", ANN, "LaMP_3", at, "q1"),
            BehaviorEvents.chose("v3", ANN, "LaMP_3", at, "q1", 0),
            BehaviorEvents.edited("v4", ANN, "LaMP_3", at, "q1", "2"),
            BehaviorEvents.rated("v5", ANN, "LaMP_3", at, "q1", 0.75),
            BehaviorEvents.answered("v6", ANN, "LaMP_3", at, "q1", "dull strings", "2"))) {
      assertThat(publisher.publish(verdict)).isNotDone();
    }
    assertThat(producer.history()).hasSize(6).allMatch(r -> r.key().equals("shop:ann"));
    BehaviorEvent inStars = BehaviorEvents.rated("v7", ANN, "LaMP_3", at, "q1", 4);
    assertThatThrownBy(() -> publisher.publish(inStars))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("feedback.rating");
  }

  @Test
  void anEventOrErasureFromBeyondADayAheadIsRefusedBeforeItIsSent() {
    for (BehaviorEvent ahead :
        List.of(
            BehaviorEvents.interaction(
                "e1", ANN, "LaMP_3", NOW.plus(Duration.ofDays(2)), "dull strings", "2"),
            BehaviorEvents.erasure("x1", ANN, Instant.parse("2099-01-01T00:00:00Z")))) {
      assertThatThrownBy(() -> publisher.publish(ahead))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("in the future");
    }
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aFailedSendFailsTheFuture() {
    var acknowledged = publisher.publish(event("dull strings"));
    producer.errorNext(new IllegalStateException("gone"));
    assertThat(acknowledged).isCompletedExceptionally();
  }

  @Test
  void anUnregisteredSchemaFailsTheFuture() {
    var unregistered =
        new MockProducer<String, BehaviorEvent>(
            true,
            null,
            new StringSerializer(),
            new RegistrySerializer<>(Registries.empty(), Topic.EVENTS));
    var acknowledged =
        new BehaviorEventPublisher(unregistered, Clock.systemUTC()).publish(event("dull strings"));
    assertThat(acknowledged)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("hydra.events-value");
  }

  private static BehaviorEvent event(String input) {
    return BehaviorEvents.interaction("e1", ANN, "LaMP_3", NOW.minusSeconds(5), input, "2");
  }
}
