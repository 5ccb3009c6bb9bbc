package io.hydra.schemas.store;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Write;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The definition of a history over the whole set of its events at once, without an order of
 * writing.
 */
final class Definition {
  private static final Comparator<Write> BY_TIME_AND_BYTES =
      Comparator.comparingLong(Write::occurredAt)
          .thenComparing(Write::item, Arrays::compareUnsigned);
  private static final Comparator<Write> OLDEST_FIRST =
      Comparator.comparingLong(Write::occurredAt)
          .thenComparing(
              write -> write.eventId().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private Definition() {}

  /**
   * The N most recent distinct events, none older than the age limit before the newest one, none at
   * or before the last erasure.
   *
   * @param log of one user and task, in any order and however often
   * @return oldest first
   */
  static List<Write> history(Collection<Write> log, long erasedUpTo, HistoryLimits limits) {
    Collection<Write> distinct =
        log.stream()
            .collect(
                Collectors.toMap(
                    Write::eventId, Function.identity(), BinaryOperator.maxBy(BY_TIME_AND_BYTES)))
            .values();
    List<Write> since = distinct.stream().filter(write -> write.occurredAt() > erasedUpTo).toList();
    long newest = since.stream().mapToLong(Write::occurredAt).max().orElse(0);
    long oldest = limits.maxAge().isZero() ? 0 : newest - limits.maxAge().toMillis();
    List<Write> young =
        since.stream().filter(write -> write.occurredAt() >= oldest).sorted(OLDEST_FIRST).toList();
    return young.subList(Math.max(0, young.size() - limits.capacity()), young.size());
  }
}
