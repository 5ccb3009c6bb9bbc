package io.hydra.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(Topic.VERDICT_OUTCOMES.topicName(), 0);
  private static final long END = 3;

  private final SchemaRegistryClient registry = Registries.registered();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final BlockingQueue<VerdictOutcome> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<RuntimeException> ends = new LinkedBlockingQueue<>();

  @Test
  void everyOutcomeFromTheEndOnIsToldAndWhatCannotBeReadIsSkipped() throws Exception {
    try (Announcements<VerdictOutcome> open = open()) {
      assertThat(open).isNotNull();
      assertThat(consumer.position(PARTITION)).isEqualTo(END);
      append(END, new byte[] {9, 9});
      append(END + 1, bytes(outcome(Outcome.WAITING)));
      append(END + 2, bytes(outcome(Outcome.JOINED)));
      assertThat(told.take()).isEqualTo(outcome(Outcome.WAITING));
      assertThat(told.take()).isEqualTo(outcome(Outcome.JOINED));
    }
    assertThat(consumer.closed()).isTrue();
    assertThat(ends).isEmpty();
  }

  @Test
  void whoWaitsIsToldThatNothingFurtherIsRead() throws Exception {
    try (Announcements<VerdictOutcome> open = open()) {
      assertThat(open).isNotNull();
      KafkaException gone = new KafkaException("gone");
      consumer.setPollException(gone);
      assertThat(ends.take()).isEqualTo(gone);
    }
  }

  @Test
  void aMissingTopicIsNamedAndTheConsumerClosed() {
    assertThatThrownBy(
            () ->
                new Announcements<>(
                    consumer, Topic.VERDICT_OUTCOMES, deserializer(), told::add, ends::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hydra.verdict-outcomes does not exist");
    assertThat(consumer.closed()).isTrue();
  }

  private Announcements<VerdictOutcome> open() {
    consumer.updatePartitions(
        PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
    consumer.updateEndOffsets(Map.of(PARTITION, END));
    return new Announcements<>(
        consumer, Topic.VERDICT_OUTCOMES, deserializer(), told::add, ends::add);
  }

  private RegistryDeserializer<VerdictOutcome> deserializer() {
    return new RegistryDeserializer<>(registry, Topic.VERDICT_OUTCOMES);
  }

  private void append(long offset, byte[] value) {
    var record = new ConsumerRecord<byte[], byte[]>(PARTITION.topic(), 0, offset, null, value);
    consumer.schedulePollTask(() -> consumer.addRecord(record));
  }

  private byte[] bytes(VerdictOutcome outcome) {
    return new RegistrySerializer<VerdictOutcome>(registry, Topic.VERDICT_OUTCOMES)
        .serialize(PARTITION.topic(), outcome);
  }

  private static VerdictOutcome outcome(Outcome outcome) {
    return new VerdictOutcome("shop", "ann", "v1", "q1", outcome, null, Instant.EPOCH, null);
  }
}
