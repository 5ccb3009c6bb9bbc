package io.hydra.infra.kafka;

import static java.util.Comparator.comparing;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.HydraHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest dead letters of each topic: their keys and headers alone, since values hold user text.
 *
 * @param letters by topic, newest first
 * @param cutShort topics that were not read to their end, so newer letters may be missing
 */
public record NewestLetters(List<Letter> letters, Set<String> cutShort) {
  /** In transactions each letter may have a marker behind it. */
  private static final int OFFSETS_PER_LETTER = 2;

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
   * Reads for five seconds at most.
   *
   * @param consumer assigned to nothing, not owned
   * @param most letters of a topic
   */
  static NewestLetters read(
      Consumer<String, ?> consumer, Logs logs, int most, LongSupplier nanoTime) {
    Map<TopicPartition, Long> starts = new HashMap<>();
    logs.ends()
        .forEach(
            (partition, end) ->
                starts.put(
                    partition,
                    Math.max(
                        logs.starts().get(partition), end - (long) OFFSETS_PER_LETTER * most)));
    List<Letter> letters = new ArrayList<>();
    Set<TopicPartition> open =
        LogReader.readToEnd(
            consumer,
            new Logs(starts, logs.ends()),
            LogReader.PATIENCE,
            nanoTime,
            records -> records.forEach(record -> letters.add(Letter.of(record))));
    Comparator<Letter> newestFirst = comparing(Letter::timestamp).reversed();
    List<Letter> newest =
        letters.stream()
            .sorted(comparing(Letter::deadLetters).thenComparing(newestFirst))
            .collect(Collectors.groupingBy(Letter::deadLetters, TreeMap::new, Collectors.toList()))
            .values()
            .stream()
            .flatMap(ofTopic -> ofTopic.stream().limit(most))
            .toList();
    return new NewestLetters(
        newest, open.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
  }
}
