package io.hydra.stream.rebuild;

import io.hydra.schemas.store.HistoryId;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.store.RebuildLock;
import io.hydra.schemas.store.View;
import io.hydra.schemas.store.ViewHistories;
import io.hydra.schemas.store.Views;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import redis.clients.jedis.UnifiedJedis;

/**
 * Requests the heads of every history in use, which stays as it is. A new base has heads for nobody
 * until each user's next event, and Redis restored from a copy has those of its time.
 */
final class AllHeads {
  private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();

  private final UnifiedJedis redis;
  private final ViewHistories histories;
  private final HeadRequests heads;
  private final Rebuild.Tools tools;
  private long requested;
  private long unreadable;
  private long reported;

  AllHeads(UnifiedJedis redis, HeadRequests heads, Rebuild.Tools tools) {
    this.redis = redis;
    this.histories = new ViewHistories(redis);
    this.heads = heads;
    this.tools = tools;
  }

  /**
   * Requests all of them; again, harmlessly, if it was stopped.
   *
   * @return one line that says what was done
   * @throws RebuildException if a rebuild runs, which asks for heads itself, or a request is not
   *     taken
   */
  String run() throws InterruptedException {
    long start = tools.nanoClock().getAsLong();
    reported = start;
    try (RebuildLock lock = RebuildLock.acquire(redis, RebuildLock.LEASE, tools.sleeper()::sleep)) {
      View view = Views.current(redis);
      histories.forEach(
          view,
          ids -> {
            lock.check();
            request(view, ids);
            report(start);
          });
      heads.flush();
    }
    return "%d heads requested, %d histories cannot be read".formatted(requested, unreadable);
  }

  private void request(View view, List<HistoryId> ids) {
    List<OptionalLong> versions = histories.versions(view, ids);
    for (int i = 0; i < ids.size(); i++) {
      if (versions.get(i).isEmpty()) {
        unreadable++;
      } else if (versions.get(i).getAsLong() > 0) {
        heads.request(ids.get(i).user(), ids.get(i).task(), versions.get(i).getAsLong());
        requested++;
      }
    }
  }

  private void report(long start) {
    long now = tools.nanoClock().getAsLong();
    if (now - reported >= REPORT_NANOS) {
      reported = now;
      tools
          .out()
          .accept(
              String.format(
                  Locale.ROOT,
                  "%,d heads requested, %,.0f/s",
                  requested,
                  requested / ((now - start) / 1e9)));
    }
  }
}
