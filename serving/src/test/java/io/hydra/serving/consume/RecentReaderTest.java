package io.hydra.serving.consume;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.Limit;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.reply.ResponseCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecentReaderTest {
  private static final String RESPONSES = Topic.RESPONSES.topicName();
  private static final String OTHERS = "shop.replies";
  private static final TopicPartition FIRST = new TopicPartition(RESPONSES, 0);
  private static final TopicPartition SECOND = new TopicPartition(RESPONSES, 1);
  private static final TopicPartition ELSEWHERE = new TopicPartition(OTHERS, 0);

  private final ManualTime time = new ManualTime();
  private final Budgets budgets = new Budgets(() -> Policies.NONE, time, (all, tenant, task) -> {});
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
            Map<TopicPartition, Long> times, Duration timeout) {
          Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
          times.forEach(
              (partition, since) -> found.put(partition, new OffsetAndTimestamp(0, since)));
          return found;
        }
      };
  private RecentReader<Response> reader;

  private void open() throws Exception {
    SchemaRegistrar.registerAll(registry);
    reader =
        new RecentReader<>(
            "responses",
            consumer,
            Set.of(RESPONSES, OTHERS),
            new RegistryDeserializer<>(registry, Topic.RESPONSES, Duration.ZERO),
            budgets::add,
            Budgets::openSince,
            time);
    partitions(FIRST);
    consumer.updatePartitions(OTHERS, List.of(info(ELSEWHERE)));
    consumer.updateEndOffsets(Map.of(FIRST, 0L, SECOND, 0L, ELSEWHERE, 0L));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L, ELSEWHERE, 0L));
  }

  private void partitions(TopicPartition... all) {
    consumer.updatePartitions(
        RESPONSES, List.of(all).stream().map(RecentReaderTest::info).toList());
  }

  private static PartitionInfo info(TopicPartition partition) {
    return new PartitionInfo(partition.topic(), partition.partition(), null, null, null);
  }

  private void append(TopicPartition partition, long offset, String query, long tokens) {
    Response response =
        Response.newBuilder()
            .setQueryId(query)
            .setTenant("shop")
            .setUserId("ann")
            .setTask("titles")
            .setStatus(ResponseStatus.OK)
            .setLlmCalls(1)
            .setPromptTokens(tokens)
            .setAnsweredAt(time.instant())
            .build();
    append(partition, offset, new ResponseCodec(registry).encode(response).bytes());
  }

  private void append(TopicPartition partition, long offset, byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(partition.topic(), partition.partition(), offset, utf8("k"), value));
  }

  private long spent() {
    return budgets.spent("shop", "titles", Limit.TOKENS_PER_DAY);
  }

  @Test
  void allTopicsAreAddedUpAndAResponseInTwoOfThemOnce() throws Exception {
    open();
    reader.find();
    append(FIRST, 0, "q1", 10);
    append(ELSEWHERE, 0, "q1", 10);
    append(ELSEWHERE, 1, utf8("no response"));
    append(ELSEWHERE, 2, "q2", 7);
    reader.read();
    assertThat(spent()).isEqualTo(17);
  }

  @Test
  void partitionsThatComeLaterAreReadFromTheirBeginning() throws Exception {
    open();
    reader.find();
    append(FIRST, 0, "q1", 10);
    reader.read();
    partitions(FIRST, SECOND);
    reader.find();
    append(SECOND, 0, "q2", 5);
    append(FIRST, 1, "q3", 1);
    reader.read();
    assertThat(spent()).isEqualTo(16);
  }

  @Test
  void whateverEndsTheReadingIsToldAndKeepsNobodyWaiting() throws Exception {
    open();
    CountDownLatch failed = new CountDownLatch(1);
    consumer.schedulePollTask(
        () -> {
          throw new IllegalStateException("a defect");
        });
    reader.start(failed::countDown);
    failed.await();
    reader.awaitCaughtUp();
    assertThat(consumer.closed()).isTrue();
  }
}
