package io.hydra.infra.kafka;

import static java.util.Comparator.comparing;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.HydraHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest dead letters of each topic that were not published again: their keys and headers
 * alone, since values hold user text.
 *
 * @param letters by topic, newest first
 * @param cutShort topics that were not read to their end, so newer letters may be missing
 */
public record NewestLetters(List<Letter> letters, Set<String> cutShort) {
  /** In transactions each letter may have a marker behind it. */
  private static final int OFFSETS_PER_LETTER = 2;

  private static final int WIDER = 16;

  /** Headers are cut: everybody who may write the topic may have written them. */
  private static final int LONGEST_TEXT = 200;

  /** Keys of users are shorter. */
  private static final int LONGEST_KEY = 400;

  public NewestLetters {
    letters = List.copyOf(letters);
    cutShort = Set.copyOf(cutShort);
  }

  /**
   * A dead letter, by its key and headers; a field is null where its header is missing.
   *
   * @param deadLetters topic that it lies in, at {@code ownPartition} and {@code ownOffset}
   * @param timestamp of when it was written, in milliseconds
   * @param key of the record; null if it had none, or was too large to be kept
   * @param topic that it came from, with partition and offset
   */
  public record Letter(
      String deadLetters,
      int ownPartition,
      long ownOffset,
      long timestamp,
      String key,
      String topic,
      String partition,
      String offset,
      String exceptionClass,
      String message) {
    static Letter of(ConsumerRecord<String, ?> record) {
      return new Letter(
          record.topic(),
          record.partition(),
          record.offset(),
          record.timestamp(),
          record.key() == null ? null : cut(record.key(), LONGEST_KEY),
          header(record, DeadLetters.ORIGIN_TOPIC),
          header(record, DeadLetters.ORIGIN_PARTITION),
          header(record, DeadLetters.ORIGIN_OFFSET),
          header(record, DeadLetters.EXCEPTION_CLASS),
          header(record, DeadLetters.EXCEPTION_MESSAGE));
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
      return HydraHeaders.text(record.headers(), name)
          .map(text -> cut(text, LONGEST_TEXT))
          .orElse(null);
    }

    private static String cut(String text, int longest) {
      return text.substring(0, Math.min(text.length(), longest));
    }
  }

  /**
   * Reads the newest, or more and more until there are enough that were not published again; for
   * five seconds at most, or ten if it had to read more.
   *
   * @param consumer assigned to nothing, not owned
   * @param most letters of a topic
   */
  static NewestLetters read(
      Consumer<String, ?> consumer,
      Logs logs,
      int most,
      Predicate<Letter> wanted,
      LongSupplier nanoTime) {
    NewestLetters before = null;
    for (long offsets = (long) OFFSETS_PER_LETTER * most; ; offsets *= WIDER) {
      Map<TopicPartition, Long> starts = new HashMap<>();
      for (Map.Entry<TopicPartition, Long> end : logs.ends().entrySet()) {
        long first = logs.starts().get(end.getKey());
        starts.put(end.getKey(), Math.max(first, end.getValue() - offsets));
      }
      Map<TopicPartition, Map<Long, Letter>> open = new HashMap<>();
      Set<String> cutShort =
          LogReader.readToEnd(
                  consumer,
                  new Logs(starts, logs.ends()),
                  LogReader.PATIENCE,
                  nanoTime,
                  records -> records.forEach(record -> take(record, wanted, open)))
              .stream()
              .map(TopicPartition::topic)
              .collect(Collectors.toSet());
      if (before != null && !cutShort.isEmpty()) {
        // A longer stretch begins with what is older.
        return new NewestLetters(before.letters(), cutShort);
      }
      Map<String, List<Letter>> newest = newest(open, most);
      boolean enough =
          starts.entrySet().stream()
              .allMatch(
                  start ->
                      start.getValue().equals(logs.starts().get(start.getKey()))
                          || newest.getOrDefault(start.getKey().topic(), List.of()).size() == most);
      before = new NewestLetters(newest.values().stream().flatMap(List::stream).toList(), cutShort);
      if (enough || !cutShort.isEmpty()) {
        return before;
      }
    }
  }

  private static void take(
      ConsumerRecord<String, ?> record,
      Predicate<Letter> wanted,
      Map<TopicPartition, Map<Long, Letter>> open) {
    Map<Long, Letter> letters =
        open.computeIfAbsent(
            new TopicPartition(record.topic(), record.partition()), partition -> new HashMap<>());
    OptionalLong published = DeadLetters.marked(record);
    if (published.isPresent()) {
      letters.remove(published.getAsLong());
      return;
    }
    Letter letter = Letter.of(record);
    if (wanted.test(letter)) {
      letters.put(record.offset(), letter);
    }
  }

  /** By topic. */
  private static Map<String, List<Letter>> newest(
      Map<TopicPartition, Map<Long, Letter>> open, int most) {
    return open.values().stream()
        .flatMap(letters -> letters.values().stream())
        .sorted(comparing(Letter::timestamp).thenComparing(Letter::ownOffset).reversed())
        .collect(
            Collectors.groupingBy(
                Letter::deadLetters,
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    letters -> letters.subList(0, Math.min(most, letters.size())))));
  }
}
