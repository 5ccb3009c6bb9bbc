package io.hydra.infra.bench.ceiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.infra.bench.ceiling.Engines.BareConsumer;
import io.hydra.infra.bench.ceiling.Engines.RedisAlone;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.EventIntake;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EnginesTest {
  private static final UserKey USER = new UserKey("acme", "ann");
  private static final TopicPartition PARTITION = new TopicPartition(Topic.EVENTS.topicName(), 0);

  private static final long TIME = 1_760_000_000_000L;

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final List<List<Write>> written = Collections.synchronizedList(new ArrayList<>());

  @Test
  void madeUpWritesAreDistinctAndAUserBelongsToOneWriter() throws Exception {
    var batches = RedisAlone.batches(20, 300, 7, 2, 1000, 16);
    SteadyRate rate = new SteadyRate(1000, System::nanoTime, () -> 0);
    new RedisAlone(() -> new Recorder(false), batches).run(rate);
    assertThat(rate.events()).isEqualTo(1000);
    Set<String> ids = new HashSet<>();
    written.forEach(batch -> batch.forEach(write -> ids.add(write.eventId())));
    assertThat(ids).hasSize(1000);
    assertThat(users(batches.get(0))).doesNotContainAnyElementsOf(users(batches.get(1)));
    assertThat(batches.get(0).get(0)).hasSize(16);
    // Format version, time, length of the input; then input and output.
    assertThat(batches.get(0).get(0).get(0).item()).hasSize(1 + 8 + 4 + 300);
  }

  @Test
  void theBareConsumerWritesEveryRecordOfTheTopicInOrder() throws Exception {
    SteadyRate rate = new SteadyRate(10, System::nanoTime, () -> 0);
    bare(10, new Recorder(false)).run(rate);
    assertThat(rate.events()).isEqualTo(10);
    assertThat(written.stream().flatMap(List::stream).map(Write::eventId))
        .containsExactly("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9");
    assertThat(written).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 4));
  }

  @Test
  void aStoreThatFailsEndsTheRunAndDoesNotHangIt() {
    assertThatThrownBy(
            () -> bare(100, new Recorder(true)).run(new SteadyRate(100, System::nanoTime, () -> 0)))
        .hasCauseInstanceOf(HistoryStore.UnavailableException.class);
  }

  private BareConsumer bare(int records, HistoryStore store) {
    SchemaRegistrar.registerAll(registry);
    var serializer = new RegistrySerializer<BehaviorEvent>(registry, Topic.EVENTS);
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) records));
    for (int i = 0; i < records; i++) {
      BehaviorEvent event =
          BehaviorEvents.interaction(
              "e" + i, USER, "t", Instant.ofEpochMilli(TIME + i), "in", "out");
      consumer.addRecord(
          new ConsumerRecord<>(
              PARTITION.topic(),
              0,
              i,
              TIME,
              TimestampType.CREATE_TIME,
              ConsumerRecord.NULL_SIZE,
              ConsumerRecord.NULL_SIZE,
              USER.recordKey().getBytes(StandardCharsets.UTF_8),
              serializer.serialize(PARTITION.topic(), event),
              new RecordHeaders(),
              Optional.empty()));
    }
    EventIntake intake = new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS));
    return new BareConsumer(consumer, intake, store, 4);
  }

  private static Set<String> users(List<List<Write>> batches) {
    Set<String> users = new HashSet<>();
    batches.forEach(batch -> batch.forEach(write -> users.add(write.user().userId())));
    return users;
  }

  private final class Recorder implements HistoryStore {
    private final boolean failing;

    Recorder(boolean failing) {
      this.failing = failing;
    }

    @Override
    public List<Outcome> write(List<Write> writes) {
      if (failing) {
        throw new HistoryStore.UnavailableException("away", new IllegalStateException());
      }
      written.add(writes);
      return writes.stream().map(write -> new Outcome(1, Effect.ENTERED)).toList();
    }

    @Override
    public Erased erase(Erasure erasure) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
