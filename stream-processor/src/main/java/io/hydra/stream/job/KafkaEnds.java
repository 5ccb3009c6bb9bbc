package io.hydra.stream.job;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.trigger.UserRecordSchema;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The job's ends in Kafka. Both sinks may repeat a record after a failure, and never lose one. */
public final class KafkaEnds {
  // The clients' hundreds of metrics are in JMX; Flink's own of source and sinks stay.
  private static final String REGISTER_PRODUCER_METRICS = "register.producer.metrics";

  private final KafkaConnection kafka;

  public KafkaEnds(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /**
   * From the checkpoint, without one from the group's offsets, without those from the beginning.
   * Offsets are committed when a checkpoint completes.
   */
  public Source<RawRecord, ?, ?> events() {
    return KafkaSource.<RawRecord>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setProperties(kafka.propertiesWith(Map.of()))
        .setTopics(Topic.EVENTS.topicName())
        .setGroupId(ConsumerGroups.STREAM_PROCESSOR)
        .setClientIdPrefix(ConsumerGroups.STREAM_PROCESSOR)
        .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
        .setDeserializer(new RawRecord.Schema())
        // Like the rebuild: aborted transactions never enter a history.
        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
        .setProperty(KafkaSourceOptions.REGISTER_KAFKA_CONSUMER_METRICS.key(), "false")
        .build();
  }

  /** All that the job writes. */
  public HistoryJob.Outputs outputs(SerializableSupplier<SchemaRegistryClient> registry) {
    return new HistoryJob.Outputs(
        sink(deadLetterSchema()),
        sink(UserRecordSchema.headRequests(registry)),
        sink(UserRecordSchema.erasures(registry)));
  }

  static DeadLetter.Schema deadLetterSchema() {
    return new DeadLetter.Schema(Topic.EVENTS_DLQ.topicName(), DeadLetters.MAX_BYTES);
  }

  private <T> Sink<T> sink(KafkaRecordSerializationSchema<T> schema) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setKafkaProducerConfig(kafka.propertiesWith(Map.of()))
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setProperty(
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.MAX_DEAD_LETTER_BYTES))
        .setProperty(REGISTER_PRODUCER_METRICS, "false")
        .setRecordSerializer(schema)
        .build();
  }
}
