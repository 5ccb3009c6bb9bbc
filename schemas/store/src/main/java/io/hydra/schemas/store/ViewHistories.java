package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisClients;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;

/** All histories of a view, found by {@code SCAN} on every primary. */
public final class ViewHistories {
  private static final int SCAN_COUNT = 500;
  private static final String HASH = "hash";

  private final UnifiedJedis redis;

  /**
   * @param redis stays open
   */
  public ViewHistories(UnifiedJedis redis) {
    this.redis = redis;
  }

  /** Told of some histories. */
  public interface Visitor {
    void visit(List<HistoryId> histories) throws InterruptedException;
  }

  /** Visits each history that stays while this runs, some of them perhaps twice. */
  public void forEach(View view, Visitor visitor) throws InterruptedException {
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, Layout.histories(view), HASH);
    while (!scan.isIterationCompleted()) {
      List<HistoryId> histories =
          scan.nextBatch().getResult().stream()
              .flatMap(key -> HistoryId.of(view, key).stream())
              .toList();
      if (!histories.isEmpty()) {
        visitor.visit(histories);
      }
    }
  }

  /**
   * Removes every history of every other view.
   *
   * @return keys removed
   */
  public long removeAllBut(View... kept) {
    Set<View> keep = Set.of(kept);
    return remove(
        Layout.historiesOfAllViews(),
        key -> Layout.viewOf(key).filter(view -> !keep.contains(view)).isPresent());
  }

  /** Removes every history of a view. */
  public long remove(View view) {
    return remove(Layout.histories(view), key -> true)
        + remove(Layout.historyOrders(view), key -> true);
  }

  private long remove(String pattern, Predicate<String> which) {
    long removed = 0;
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, pattern);
    while (!scan.isIterationCompleted()) {
      List<String> wanted = scan.nextBatch().getResult().stream().distinct().filter(which).toList();
      removed += wanted.size();
      var unused = RedisClients.ask(redis, wanted, AbstractPipeline::unlink);
    }
    return removed;
  }
}
