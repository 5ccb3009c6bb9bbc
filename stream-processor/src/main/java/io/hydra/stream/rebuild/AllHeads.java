package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.redis.client.RedisFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Requests the heads of every history in use, which stays as it is. A new base has heads for nobody
 * until each user's next event, and Redis restored from a copy has those of its time.
 */
final class AllHeads {
  private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final byte[] VERSION = History.VERSION_FIELD.getBytes(StandardCharsets.UTF_8);

  private final UnifiedJedis redis;
  private final HeadRequests heads;
  private final Rebuild.Tools tools;
  private long requested;
  private long unreadable;
  private long reported;

  AllHeads(UnifiedJedis redis, HeadRequests heads, Rebuild.Tools tools) {
    this.redis = redis;
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
    try (RebuildLock lock = RebuildLock.acquire(redis, RebuildLock.LEASE, tools.sleeper())) {
      View view = View.of(redis.get(RedisKeys.currentView()));
      new ViewKeys(redis)
          .forEach(
              view,
              slots -> {
                lock.check();
                request(view, slots);
                report(start);
              });
      heads.flush();
    }
    return "%d heads requested, %d histories cannot be read".formatted(requested, unreadable);
  }

  private void request(View view, List<Slot> slots) {
    List<Response<byte[]>> versions = new ArrayList<>(slots.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      slots.forEach(slot -> versions.add(pipeline.hget(slot.history(view), VERSION)));
      pipeline.sync();
    }
    for (int i = 0; i < slots.size(); i++) {
      long version = version(versions.get(i));
      if (version > 0) {
        heads.request(slots.get(i).user(), slots.get(i).task(), version);
        requested++;
      }
    }
  }

  /** 0 for a history that is gone by now, or is none. */
  private long version(Response<byte[]> reply) {
    try {
      byte[] version = reply.get();
      return version == null ? 0 : Long.parseLong(new String(version, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      unreadable++;
    } catch (JedisDataException e) {
      if (RedisFault.of(e) != RedisFault.ONE_KEY) {
        throw e;
      }
      unreadable++;
    }
    return 0;
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
