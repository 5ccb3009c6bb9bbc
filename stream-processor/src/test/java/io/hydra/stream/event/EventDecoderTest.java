package io.hydra.stream.event;

import static io.hydra.stream.Events.event;
import static io.hydra.stream.Events.interaction;
import static io.hydra.stream.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.stream.Events;
import io.hydra.stream.TestRegistry;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.function.SerializableSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
  private static final Duration OUTAGE = Duration.ofMinutes(11);

  // Static, since an operator runs on a copy of its function.
  private static Duration waited;

  private final Events events = new Events();

  @BeforeEach
  void startTheClock() {
    waited = Duration.ZERO;
  }

  private static Retry retry() {
    return new Retry(
        new Outage("the schema registry"),
        e -> e instanceof RegistryUnavailableException,
        Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5)),
        pause -> waited = waited.plus(pause));
  }

  /** Away until the outage is over. */
  private static SchemaRegistryClient away() {
    SchemaRegistryClient registry = TestRegistry.open();
    return new MockSchemaRegistryClient() {
      @Override
      public ParsedSchema getSchemaById(int id) throws IOException {
        if (waited.compareTo(OUTAGE) < 0) {
          throw new IOException("connection refused");
        }
        try {
          return registry.getSchemaById(id);
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    };
  }

  private static OneInputStreamOperatorTestHarness<RawRecord, UserEvent> harness(
      SerializableSupplier<SchemaRegistryClient> registry) throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<RawRecord, UserEvent>(
            new ProcessOperator<>(new EventDecoder(registry, EventDecoderTest::retry)));
    harness.open();
    return harness;
  }

  private RawRecord record(String id) {
    return events.record(event("acme", "ann", "tags", id, Events.T, interaction("in", "out")));
  }

  @Test
  void registryThatIsAwayForElevenMinutesCostsNoEvent() throws Exception {
    try (var harness = harness(EventDecoderTest::away)) {
      for (String id : new String[] {"a", "b", "c"}) {
        harness.processElement(record(id), 0);
      }
      assertThat(harness.extractOutputValues())
          .extracting(event -> event.write().eventId())
          .containsExactly("a", "b", "c");
      assertThat(harness.getSideOutput(EventDecoder.DEAD_LETTERS)).isNull();
      assertThat(waited).isGreaterThanOrEqualTo(OUTAGE);
    }
  }

  @Test
  void recordThatCannotBeDecodedIsADeadLetterAndTheNextOneIsRead() throws Exception {
    try (var harness = harness(TestRegistry::open)) {
      harness.processElement(Events.raw(utf8("acme:ann"), utf8("plainly not Avro")), 0);
      harness.processElement(record("a"), 0);
      assertThat(harness.getSideOutput(EventDecoder.DEAD_LETTERS)).hasSize(1);
      assertThat(harness.extractOutputValues()).hasSize(1);
      assertThat(waited).isZero();
    }
  }

  @Test
  void verdictsLeaveByTheSideAndOnlyWhatChangesAHistoryGoesOn() throws Exception {
    Interaction answering = interaction("in", "out");
    answering.setQueryId("q2");
    try (var harness = harness(TestRegistry::open)) {
      harness.processElement(
          events.record(event("acme", "ann", "tags", "f", Events.T, Events.feedback())), 0);
      harness.processElement(
          events.record(event("acme", "ann", "tags", "i", Events.T, answering)), 0);
      assertThat(harness.getSideOutput(EventDecoder.VERDICTS))
          .extracting(record -> record.getValue().eventId())
          .containsExactly("f", "i");
      assertThat(harness.extractOutputValues())
          .extracting(event -> event.write().eventId())
          .containsExactly("i");
      assertThat(harness.getSideOutput(EventDecoder.DEAD_LETTERS)).isNull();
    }
  }
}
