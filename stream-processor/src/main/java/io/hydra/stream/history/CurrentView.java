package io.hydra.stream.history;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The view that writes go to. It is asked for again <em>after</em> every batch, on a single server
 * as the batch's last command and so without a round trip of its own: a batch that went to a view
 * which was given up meanwhile is then written once more, to its successor. So what a rebuild reads
 * up to the end of the topic, taken after it moved the pointer, holds every event that was written
 * to the old view alone.
 *
 * <p>After a pause it is also asked for before the batch: a rebuild removes the old view a while
 * after it moved the pointer, and what is written there later would stay, out of reach of every
 * erasure.
 */
final class CurrentView {
  private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

  private final UnifiedJedis redis;
  private final LongSupplier nanoClock;
  private final boolean fixed;
  private final boolean cluster;
  private View view;
  private long askedAt;

  private CurrentView(UnifiedJedis redis, View view, LongSupplier nanoClock) {
    this.redis = redis;
    this.view = view;
    this.nanoClock = nanoClock;
    this.fixed = view != null;
    // The nodes of a cluster answer independently of each other: "last" means nothing there.
    this.cluster = RedisClients.isCluster(redis);
  }

  /** Whichever is current. */
  static CurrentView following(UnifiedJedis redis) {
    return following(redis, System::nanoTime);
  }

  static CurrentView following(UnifiedJedis redis, LongSupplier nanoClock) {
    return new CurrentView(redis, null, nanoClock);
  }

  /** This one, current or not. */
  static CurrentView fixed(UnifiedJedis redis, View view) {
    return new CurrentView(redis, view, System::nanoTime);
  }

  View get() {
    if (view == null || (!fixed && nanoClock.getAsLong() - askedAt > FRESH_NANOS)) {
      set(pointer(() -> redis.get(RedisKeys.currentView())));
    }
    return view;
  }

  /** The question, as the last command of a batch; null where it cannot be part of one. */
  Response<byte[]> ask(AbstractPipeline pipeline) {
    return fixed || cluster ? null : pipeline.get(RedisKeys.currentView());
  }

  /**
   * Whether {@link #get} was still current when the batch had been written; if not, it is now.
   *
   * @param answer to {@link #ask}
   */
  boolean held(Response<byte[]> answer) {
    if (fixed) {
      return true;
    }
    View now = pointer(() -> answer == null ? redis.get(RedisKeys.currentView()) : answer.get());
    boolean same = now.equals(view);
    set(now);
    return same;
  }

  private static View pointer(Supplier<byte[]> answer) {
    try {
      return View.of(answer.get());
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new CorruptValueException("the pointer to the current view is not a string", e);
      }
      throw e;
    }
  }

  private void set(View now) {
    view = now;
    askedAt = nanoClock.getAsLong();
  }

  /** Whether it stays the one that was named, current or not. */
  boolean isFixed() {
    return fixed;
  }
}
