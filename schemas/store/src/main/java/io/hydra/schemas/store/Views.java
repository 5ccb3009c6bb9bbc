package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Follows the pointer to the current view, for readers and for writers, neither of which pay a
 * round trip for it: rules 3 to 5 of this package.
 */
public final class Views {
  private Views() {}

  /**
   * The pointer to the current view names none: nobody's history can be read until it is mended.
   */
  public static final class CorruptPointerException extends CorruptValueException {
    private static final long serialVersionUID = 1L;

    CorruptPointerException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The view in use.
   *
   * @throws CorruptPointerException if the pointer names no view
   */
  public static View current(UnifiedJedis redis) {
    return pointer(() -> redis.get(Layout.CURRENT_VIEW));
  }

  private static View pointer(Supplier<byte[]> answer) {
    try {
      return View.of(answer.get());
    } catch (CorruptValueException e) {
      throw new CorruptPointerException(e.getMessage(), e);
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new CorruptPointerException("the pointer to the current view is not a string", e);
      }
      throw e;
    }
  }

  /** Thread-safe. */
  static final class Reader {
    private volatile View view = View.ORIGINAL;

    /**
     * @param commands puts commands for a view into {@code pipeline} and returns their responses;
     *     called again for another view when the pointer has moved
     * @return responses that are there to be read
     * @throws CorruptPointerException if the pointer names no view
     */
    <T> T read(AbstractPipeline pipeline, Function<View, T> commands) {
      while (true) {
        View used = view;
        Response<byte[]> answer = pipeline.get(Layout.CURRENT_VIEW);
        T responses = commands.apply(used);
        pipeline.sync();
        View current = pointer(answer);
        if (current.equals(used)) {
          return responses;
        }
        view = current;
      }
    }
  }

  /** Not thread-safe. */
  static final class Writer {
    private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

    private final UnifiedJedis redis;
    private final boolean fixed;
    private final boolean cluster;
    private View view;
    private long askedAt;

    /**
     * @param view to write to, current or not; null for whichever is current
     */
    Writer(UnifiedJedis redis, View view) {
      this.redis = redis;
      this.view = view;
      this.fixed = view != null;
      // The nodes of a cluster answer independently of each other: "last" means nothing there.
      this.cluster = RedisClients.isCluster(redis);
    }

    View get() {
      if (view == null || (!fixed && System.nanoTime() - askedAt > FRESH_NANOS)) {
        set(current(redis));
      }
      return view;
    }

    /** The question, as the last command of a batch; null where it cannot be part of one. */
    Response<byte[]> ask(AbstractPipeline pipeline) {
      return fixed || cluster ? null : pipeline.get(Layout.CURRENT_VIEW);
    }

    /**
     * Tells whether {@link #get} was still current when the batch had been written; if not, it is
     * now.
     *
     * @param answer to {@link #ask}
     */
    boolean held(Response<byte[]> answer) {
      if (fixed) {
        return true;
      }
      View now = answer == null ? current(redis) : pointer(answer);
      boolean same = now.equals(view);
      set(now);
      return same;
    }

    private void set(View now) {
      view = now;
      askedAt = System.nanoTime();
    }

    boolean isFixed() {
      return fixed;
    }
  }
}
