package io.hydra.infra.kafka;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.model.worth.Gains;
import io.hydra.model.worth.HistoryLength;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The gains of answers that the topic of outcomes holds, by task and by how long the user's history
 * was, or by a tenant's own cohorts of users.
 *
 * @param byCohort in the order of a table
 * @param isComplete false if the topic was not read to its end in time
 */
public record AnswerGains(Map<Cohort, Gains> byCohort, boolean isComplete) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Users of a task, all or some.
   *
   * @param own the tenant's own name of them; "" if it is not by that name
   * @param history the length of their history when they were answered
   */
  public record Cohort(String task, String own, HistoryLength history)
      implements Comparable<Cohort> {
    @Override
    public int compareTo(Cohort other) {
      return Comparator.comparing(Cohort::task)
          .thenComparing(Cohort::own)
          .thenComparing(Cohort::history)
          .compare(this, other);
    }
  }

  /**
   * The cohorts that plain sampling would serve better, while it would serve all users of their
   * task together worse, each with 95 % confidence.
   */
  public List<Cohort> losers() {
    return byCohort.entrySet().stream()
        .filter(entry -> entry.getValue().high() < 0)
        .map(Map.Entry::getKey)
        .filter(
            cohort -> {
              Gains all = byCohort.get(new Cohort(cohort.task(), "", HistoryLength.ALL));
              return all != null && all.low() > 0;
            })
        .toList();
  }

  /**
   * Reads them from the outcomes of verdicts, for a minute at most.
   *
   * @param whose the outcomes that count
   * @param cohorts the tenant's own, by user id
   * @throws UserException if the broker does not answer or the topic does not exist
   */
  public static AnswerGains read(
      Admin admin,
      KafkaConnection kafka,
      SchemaRegistryClient registry,
      Predicate<VerdictOutcome> whose,
      Map<String, String> cohorts)
      throws InterruptedException {
    try (Consumer<byte[], byte[]> reader = kafka.openReader(Map.of())) {
      Logs logs = Logs.of(admin, List.of(Topic.VERDICT_OUTCOMES));
      return read(reader, logs, registry, whose, cohorts, System::nanoTime);
    } catch (KafkaException e) {
      throw new UserException("the outcomes of verdicts cannot be read: " + e.getMessage(), e);
    }
  }

  static AnswerGains read(
      Consumer<byte[], byte[]> consumer,
      Logs logs,
      SchemaRegistryClient registry,
      Predicate<VerdictOutcome> whose,
      Map<String, String> cohorts,
      LongSupplier nanoTime) {
    RegistryDeserializer<VerdictOutcome> values =
        new RegistryDeserializer<>(registry, Topic.VERDICT_OUTCOMES);
    Map<Cohort, Gains> gains = new TreeMap<>();
    boolean complete =
        LogReader.readToEnd(
                consumer,
                logs,
                PATIENCE,
                nanoTime,
                records -> records.forEach(record -> count(record, values, whose, cohorts, gains)))
            .isEmpty();
    return new AnswerGains(gains, complete);
  }

  private static void count(
      ConsumerRecord<byte[], byte[]> record,
      RegistryDeserializer<VerdictOutcome> values,
      Predicate<VerdictOutcome> whose,
      Map<String, String> cohorts,
      Map<Cohort, Gains> gains) {
    VerdictOutcome outcome;
    try {
      outcome = values.deserialize(record.value());
    } catch (UndecodableRecordException e) {
      // Not of the trainer's.
      return;
    }
    AnswerGain gain = outcome.getGain();
    if (gain == null || !whose.test(outcome)) {
      return;
    }
    List<Cohort> of = new ArrayList<>();
    for (HistoryLength history : HistoryLength.of(gain.getHistoryVersion())) {
      of.add(new Cohort(gain.getTask(), "", history));
    }
    String own = cohorts.get(outcome.getUserId());
    if (own != null) {
      of.add(new Cohort(gain.getTask(), own, HistoryLength.ALL));
    }
    of.forEach(cohort -> gains.computeIfAbsent(cohort, c -> new Gains()).add(gain));
  }
}
