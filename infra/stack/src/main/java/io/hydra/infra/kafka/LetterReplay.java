package io.hydra.infra.kafka;

import io.hydra.infra.kafka.NewestLetters.Letter;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes dead letters again to the topics that they came from.
 *
 * <p>Implementation note.
 *
 * <ol>
 *   <li>Letters are read twice: their headers alone, to know which are to be published, since what
 *       tells of a letter that it was already lies behind it; then whole, as many as fit a fetch.
 *   <li>A user's letters lie in one partition in their order, and keep it: a partition is read from
 *       its beginning, and a key has one partition of the origin, too.
 *   <li>A letter that the brokers have taken gets a {@link DeadLetters#mark}, and is not published
 *       again. One that was published when the process died, before its mark, is: whatever reads
 *       the origins takes a repeat for what it is, and a letter that was lost would be worse.
 * </ol>
 */
public final class LetterReplay {
  /** With so many letters as 14 days may hold. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int SEND_TIMEOUT_MS = 30_000;

  private final Logs logs;
  private final LongSupplier nanoTime;

  /** By partition, as offsets within its log. */
  private final Map<TopicPartition, BitSet> due = new HashMap<>();

  private final Map<String, Integer> incomplete = new TreeMap<>();
  private final Map<String, Integer> published = new TreeMap<>();
  private final Map<String, Integer> refused = new TreeMap<>();

  /**
   * The letters of one topic.
   *
   * @param origin topic that they came from
   * @param due letters that are to be published again
   * @param incomplete chosen letters that lack their value, and so are not
   * @param published of those that were due
   * @param refused of those that were due, by the brokers: too large, for instance
   */
  public record Progress(
      String deadLetters, String origin, int due, int incomplete, int published, int refused) {}

  private LetterReplay(Logs logs, LongSupplier nanoTime) {
    this.logs = logs;
    this.nanoTime = nanoTime;
  }

  /**
   * @param consumer assigned to nothing, not owned
   */
  static LetterReplay plan(
      Consumer<String, ?> consumer, Logs logs, Predicate<Letter> wanted, LongSupplier nanoTime) {
    LetterReplay plan = new LetterReplay(logs, nanoTime);
    Map<TopicPartition, BitSet> incomplete = new HashMap<>();
    plan.readToEnd(
        consumer,
        logs,
        records ->
            records.forEach(
                record -> {
                  BitSet kind =
                      (record.headers().lastHeader(DeadLetters.DROPPED) == null
                              ? plan.due
                              : incomplete)
                          .computeIfAbsent(partition(record), unused -> new BitSet());
                  OptionalLong before = DeadLetters.marked(record);
                  if (before.isEmpty()) {
                    kind.set(plan.place(record, record.offset()), wanted.test(Letter.of(record)));
                  } else if (before.getAsLong() >= logs.starts().get(partition(record))) {
                    kind.clear(plan.place(record, before.getAsLong()));
                  }
                }));
    incomplete.forEach(
        (partition, letters) ->
            plan.incomplete.merge(partition.topic(), letters.cardinality(), Integer::sum));
    return plan;
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private int place(ConsumerRecord<?, ?> record, long offset) {
    return Math.toIntExact(offset - logs.starts().get(partition(record)));
  }

  private <K, V> void readToEnd(
      Consumer<K, V> consumer,
      Logs stretch,
      java.util.function.Consumer<ConsumerRecords<K, V>> read) {
    Set<TopicPartition> open = LogReader.readToEnd(consumer, stretch, PATIENCE, nanoTime, read);
    if (!open.isEmpty()) {
      throw new UserException(
          "%s was not read to its end in %d minutes: try again"
              .formatted(open.iterator().next(), PATIENCE.toMinutes()));
    }
  }

  /** Of the topics that have anything to tell. */
  public List<Progress> progress() {
    Map<String, Integer> all = new TreeMap<>(incomplete);
    due.forEach((partition, letters) -> all.merge(partition.topic(), 0, Integer::sum));
    return all.keySet().stream()
        .map(
            topic ->
                new Progress(
                    topic,
                    DeadLetters.originOf(topic),
                    due.entrySet().stream()
                        .filter(letters -> letters.getKey().topic().equals(topic))
                        .mapToInt(letters -> letters.getValue().cardinality())
                        .sum(),
                    incomplete.getOrDefault(topic, 0),
                    published.getOrDefault(topic, 0),
                    refused.getOrDefault(topic, 0)))
        .filter(topic -> topic.due() + topic.incomplete() > 0)
        .toList();
  }

  /**
   * Publishes what is due.
   *
   * @throws UserException if the brokers cease to answer: the rest is due still, and {@link
   *     #progress} tells what is done
   */
  public void run(KafkaConnection kafka) {
    Map<String, Object> own =
        Map.of(
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            Topic.MAX_DEAD_LETTER_BYTES,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            SEND_TIMEOUT_MS,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            SEND_TIMEOUT_MS / 2);
    try (Consumer<byte[], byte[]> consumer = kafka.openReader(Map.of());
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(
                kafka.with(own), new ByteArraySerializer(), new ByteArraySerializer())) {
      run(consumer, producer);
    }
  }

  /**
   * Publishes what is due.
   *
   * @param consumer assigned to nothing, of whole records, not owned
   * @param producer not owned
   */
  void run(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer) {
    Map<TopicPartition, Long> starts = new HashMap<>();
    Map<TopicPartition, Long> ends = new HashMap<>();
    due.forEach(
        (partition, letters) -> {
          if (!letters.isEmpty()) {
            long first = logs.starts().get(partition);
            starts.put(partition, first + letters.nextSetBit(0));
            ends.put(partition, first + letters.length());
          }
        });
    readToEnd(consumer, new Logs(starts, ends), records -> publish(records, producer));
  }

  private void publish(ConsumerRecords<byte[], byte[]> records, Producer<byte[], byte[]> producer) {
    Map<ConsumerRecord<byte[], byte[]>, CompletableFuture<Void>> sent = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : records) {
      if (due.get(partition(letter)).get(place(letter, letter.offset()))) {
        sent.put(letter, send(producer, DeadLetters.original(letter)));
      }
    }
    List<CompletableFuture<Void>> marks = new ArrayList<>();
    Throwable outage = null;
    for (Map.Entry<ConsumerRecord<byte[], byte[]>, CompletableFuture<Void>> each :
        sent.entrySet()) {
      String topic = each.getKey().topic();
      try {
        each.getValue().join();
        published.merge(topic, 1, Integer::sum);
        marks.add(send(producer, DeadLetters.mark(each.getKey())));
      } catch (CompletionException e) {
        if (e.getCause() instanceof Exception cause && KafkaConnection.isOutage(cause)) {
          outage = cause;
        } else {
          refused.merge(topic, 1, Integer::sum);
        }
      }
    }
    try {
      marks.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new UserException(
          "letters that were published could not be marked, and would be published once more: "
              + e.getCause().getMessage(),
          e.getCause());
    }
    if (outage != null) {
      throw new UserException(
          "the brokers took no more letters, begin again for the rest: " + outage.getMessage(),
          outage);
    }
  }

  private static CompletableFuture<Void> send(
      Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    var unused =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                taken.complete(null);
              } else {
                taken.completeExceptionally(failure);
              }
            });
    return taken;
  }
}
