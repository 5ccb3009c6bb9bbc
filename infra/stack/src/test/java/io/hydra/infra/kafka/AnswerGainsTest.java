package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.infra.kafka.AnswerGains.Cohort;
import io.hydra.model.worth.HistoryLength;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswerGainsTest {
  private static final TopicPartition OUTCOMES = new TopicPartition("hydra.verdict-outcomes", 0);

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final RegistrySerializer<VerdictOutcome> serializer =
      new RegistrySerializer<>(registry, Topic.VERDICT_OUTCOMES);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private long end;

  @BeforeEach
  void registerSchemas() {
    SchemaRegistrar.registerAll(registry);
  }

  private void outcome(String tenant, String user, AnswerGain gain) {
    VerdictOutcome outcome =
        new VerdictOutcome(tenant, user, "e", "q", Outcome.JOINED, null, Instant.EPOCH, gain);
    add(serializer.serialize(null, outcome));
  }

  private void add(byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(OUTCOMES.topic(), OUTCOMES.partition(), end, null, value));
    end++;
  }

  @Test
  void gainsAreSummedUpByTaskByHistoryAndByTheTenantsOwnCohorts() {
    consumer.schedulePollTask(
        () -> {
          outcome("shop", "ann", new AnswerGain("stars", 3L, true, 1.0));
          outcome("shop", "bob", new AnswerGain("stars", 30L, true, -0.5));
          outcome("shop", "eve", new AnswerGain("news", 0L, false, 0.0));
          outcome("shop", "ann", null);
          // Who has the same name elsewhere is somebody else.
          outcome("bank", "ann", new AnswerGain("stars", 3L, true, -1.0));
          add(new byte[] {1, 2, 3});
        });

    AnswerGains gains =
        AnswerGains.read(
            consumer,
            new Logs(Map.of(OUTCOMES, 0L), Map.of(OUTCOMES, 6L)),
            registry,
            outcome -> outcome.getTenant().equals("shop"),
            Map.of("ann", "east", "bob", "west"),
            () -> 0);

    assertThat(gains.isComplete()).isTrue();
    assertThat(gains.byCohort().keySet())
        .containsExactly(
            new Cohort("news", "", HistoryLength.ALL),
            new Cohort("news", "", HistoryLength.NONE),
            new Cohort("stars", "", HistoryLength.ALL),
            new Cohort("stars", "", HistoryLength.FEW),
            new Cohort("stars", "", HistoryLength.MANY),
            new Cohort("stars", "east", HistoryLength.ALL),
            new Cohort("stars", "west", HistoryLength.ALL));
    assertThat(mean(gains, "", HistoryLength.ALL)).isEqualTo(0.25);
    assertThat(mean(gains, "", HistoryLength.MANY)).isEqualTo(-0.5);
    assertThat(mean(gains, "east", HistoryLength.ALL)).isEqualTo(1);
    assertThat(mean(gains, "west", HistoryLength.ALL)).isEqualTo(-0.5);
  }

  private static double mean(AnswerGains gains, String own, HistoryLength history) {
    return gains.byCohort().get(new Cohort("stars", own, history)).mean();
  }
}
