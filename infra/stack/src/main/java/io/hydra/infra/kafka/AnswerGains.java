package io.hydra.infra.kafka;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.kafka.ConsumerLag.Logs;
import io.hydra.model.worth.Gains;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The gains of answers that the topic of outcomes holds, by task and by how long the user's history
 * was.
 *
 * @param byCohort in the order of a table
 * @param isComplete false if the topic was not read to its end in time
 */
public record AnswerGains(Map<Cohort, Gains> byCohort, boolean isComplete) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Users of a task, all or those with so many events told when they were answered. */
  public record Cohort(String task, History history) implements Comparable<Cohort> {
    @Override
    public int compareTo(Cohort other) {
      return Comparator.comparing(Cohort::task).thenComparing(Cohort::history).compare(this, other);
    }
  }

  /** Lengths of a history. */
  public enum History {
    ALL("all", Long.MAX_VALUE),
    NONE("none", 0),
    FEW("1 to 5", 5),
    SOME("6 to 20", 20),
    MANY("21 and more", Long.MAX_VALUE);

    private final String words;
    private final long most;

    History(String words, long most) {
      this.words = words;
      this.most = most;
    }

    public String words() {
      return words;
    }

    static History of(long version) {
      return Stream.of(NONE, FEW, SOME, MANY)
          .filter(length -> version <= length.most)
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * Reads for a minute at most.
   *
   * @param consumer assigned to nothing, not owned
   * @param tenant whose users count; empty for everybody's
   */
  static AnswerGains read(
      Consumer<byte[], byte[]> consumer,
      Logs logs,
      SchemaRegistryClient registry,
      Optional<String> tenant,
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
                records -> records.forEach(record -> count(record, values, tenant, gains)))
            .isEmpty();
    return new AnswerGains(gains, complete);
  }

  private static void count(
      ConsumerRecord<byte[], byte[]> record,
      RegistryDeserializer<VerdictOutcome> values,
      Optional<String> tenant,
      Map<Cohort, Gains> gains) {
    VerdictOutcome outcome;
    try {
      outcome = values.deserialize(record.value());
    } catch (UndecodableRecordException e) {
      // Not of the trainer's.
      return;
    }
    AnswerGain gain = outcome.getGain();
    if (gain != null && tenant.map(outcome.getTenant()::equals).orElse(true)) {
      for (History history : new History[] {History.ALL, History.of(gain.getHistoryVersion())}) {
        gains.computeIfAbsent(new Cohort(gain.getTask(), history), cohort -> new Gains()).add(gain);
      }
    }
  }
}
