package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;

/** The keys of views, found by {@code SCAN} on every primary. */
final class ViewKeys {
  private static final int SCAN_COUNT = 500;
  private static final String HASH = "hash";

  private final UnifiedJedis redis;

  ViewKeys(UnifiedJedis redis) {
    this.redis = redis;
  }

  /** Told of some histories. */
  interface Visitor {
    void visit(List<Slot> slots) throws InterruptedException;
  }

  /** Visits each history that stays while this runs, some of them perhaps twice. */
  void forEach(View view, Visitor visitor) throws InterruptedException {
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, utf8(RedisKeys.histories(view)), HASH);
    while (!scan.isIterationCompleted()) {
      List<Slot> slots =
          scan.nextBatch().getResult().stream()
              .flatMap(key -> Slot.of(view, key).stream())
              .toList();
      if (!slots.isEmpty()) {
        visitor.visit(slots);
      }
    }
  }

  /**
   * Removes every history of every other view.
   *
   * @return keys removed
   */
  long removeAllBut(View... kept) {
    Set<View> keep = Set.of(kept);
    return remove(
        RedisKeys.historiesOfAllViews(),
        key -> RedisKeys.viewOf(key).filter(view -> !keep.contains(view)).isPresent());
  }

  /** Removes every history of a view. */
  long remove(View view) {
    return remove(RedisKeys.histories(view), key -> true)
        + remove(RedisKeys.historyOrders(view), key -> true);
  }

  private long remove(byte[] pattern, Predicate<String> which) {
    long removed = 0;
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, utf8(pattern));
    while (!scan.isIterationCompleted()) {
      Collection<String> keys = new HashSet<>(scan.nextBatch().getResult());
      List<String> wanted = new ArrayList<>(keys);
      wanted.removeIf(which.negate());
      removed += wanted.size();
      if (!wanted.isEmpty()) {
        try (AbstractPipeline pipeline = redis.pipelined()) {
          wanted.forEach(pipeline::unlink);
          pipeline.sync();
        }
      }
    }
    return removed;
  }

  private static String utf8(byte[] pattern) {
    return new String(pattern, StandardCharsets.UTF_8);
  }
}
