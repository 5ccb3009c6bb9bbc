package io.hydra.infra.kafka;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toSet;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.HydraHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest dead letters of each topic that were not published again: their keys and headers
 * alone, since values hold user text.
 *
 * @param letters by topic, newest first
 * @param cutShort topics that were not read back far enough in time, so older letters may be
 *     missing
 */
public record NewestLetters(List<Letter> letters, Set<String> cutShort) {
  /** In transactions each letter may have a marker behind it. */
  private static final int OFFSETS_PER_LETTER = 2;

  private static final int WIDER = 16;

  private static final Comparator<Letter> NEWEST_FIRST =
      comparing(Letter::timestamp).thenComparing(Letter::ownOffset).reversed();

  /** A letter's texts are cut, so these are some 60 MB at worst. */
  private static final int MOST_HELD = 20_000;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Marks of letters farther behind the end are left out: such letters are not reached in time, and
   * anybody may write a mark.
   */
  private static final long FARTHEST = 1L << 26;

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

    TopicPartition lies() {
      return new TopicPartition(deadLetters, ownPartition);
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
   * Reads backwards, stretch by stretch, until there are enough that were not published again; for
   * ten seconds at most. A mark lies behind its letter, so it is known by then, and no more is held
   * than one stretch.
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
    long began = nanoTime.getAsLong();
    Map<String, List<Letter>> newest = new TreeMap<>();
    Published published = new Published(logs);
    Map<TopicPartition, Long> oldest = new HashMap<>();
    Map<TopicPartition, Long> ends = new HashMap<>(logs.ends());
    for (long offsets = (long) OFFSETS_PER_LETTER * most; !ends.isEmpty(); offsets *= WIDER) {
      offsets = Math.min(offsets, Math.max(1, MOST_HELD / ends.size()));
      Map<TopicPartition, Long> starts = new HashMap<>();
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        long first = logs.starts().get(end.getKey());
        starts.put(end.getKey(), Math.max(first, end.getValue() - offsets));
      }
      Logs stretch = new Logs(starts, ends);
      List<Letter> letters = new ArrayList<>();
      Set<TopicPartition> open =
          LogReader.readToEnd(
              consumer,
              stretch,
              PATIENCE.minusNanos(nanoTime.getAsLong() - began),
              nanoTime,
              records ->
                  records.forEach(
                      record -> {
                        if (record.offset() < stretch.ends().get(partition(record))) {
                          oldest.merge(partition(record), record.timestamp(), Math::min);
                          take(record, wanted, letters, published);
                        }
                      }));
      letters.removeIf(letter -> open.contains(letter.lies()) || published.contains(letter));
      for (Letter letter : letters) {
        newest.computeIfAbsent(letter.deadLetters(), topic -> new ArrayList<>()).add(letter);
      }
      // An older stretch of one partition may be newer than another's newest.
      newest.replaceAll(
          (topic, its) -> new ArrayList<>(its.stream().sorted(NEWEST_FIRST).limit(most).toList()));
      if (!open.isEmpty()) {
        return of(newest, open);
      }
      ends = starts;
      ends.entrySet()
          .removeIf(
              start -> {
                List<Letter> its = newest.getOrDefault(start.getKey().topic(), List.of());
                return start.getValue().equals(logs.starts().get(start.getKey()))
                    // The partition has nothing newer in what was not read.
                    || (its.size() == most
                        && its.get(most - 1).timestamp()
                            >= oldest.getOrDefault(start.getKey(), Long.MAX_VALUE));
              });
    }
    return of(newest, Set.of());
  }

  private static NewestLetters of(Map<String, List<Letter>> newest, Set<TopicPartition> open) {
    return new NewestLetters(
        newest.values().stream().flatMap(List::stream).toList(),
        open.stream().map(TopicPartition::topic).collect(toSet()));
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static void take(
      ConsumerRecord<String, ?> record,
      Predicate<Letter> wanted,
      List<Letter> letters,
      Published published) {
    OptionalLong marked = DeadLetters.marked(record);
    if (marked.isEmpty()) {
      Letter letter = Letter.of(record);
      if (wanted.test(letter)) {
        letters.add(letter);
      }
    } else if (marked.getAsLong() < record.offset()) {
      published.add(partition(record), marked.getAsLong());
    }
  }

  /** The letters that marks name, by how far behind the end of their log they lie. */
  private record Published(Logs logs, Map<TopicPartition, BitSet> marks) {
    Published(Logs logs) {
      this(logs, new HashMap<>());
    }

    void add(TopicPartition partition, long offset) {
      behind(partition, offset)
          .ifPresent(place -> marks.computeIfAbsent(partition, p -> new BitSet()).set(place));
    }

    boolean contains(Letter letter) {
      OptionalInt behind = behind(letter.lies(), letter.ownOffset());
      BitSet its = marks.get(letter.lies());
      return its != null && behind.isPresent() && its.get(behind.getAsInt());
    }

    /** Empty of what is not in the log, or too far behind. */
    private OptionalInt behind(TopicPartition partition, long offset) {
      long behind = logs.ends().get(partition) - offset;
      return offset >= logs.starts().get(partition) && behind <= FARTHEST
          ? OptionalInt.of(Math.toIntExact(behind))
          : OptionalInt.empty();
    }
  }
}
