package io.hydra.schemas.redis.client;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.user.UserKey;
import java.util.Map;
import java.util.function.Function;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Lets readers follow the pointer to the current view without a round trip of its own. Thread-safe.
 *
 * <p>What the pointer said last is remembered and used, and the pointer is asked for again as the
 * first command of the same pipeline. If it says what was used, the view was in use when the
 * reading began, and is still whole when it ends, since a view is kept for seconds after it was
 * given up. That grace is also why the pointer may lie on another node of a cluster, which answers
 * a moment earlier or later. If it says something else, the same is read once more: after a switch
 * that costs each process one round trip, once.
 */
public final class ViewCache {
  private volatile View view = View.ORIGINAL;

  /**
   * @param commands puts commands for a view into {@code pipeline} and returns their responses;
   *     called again for another view when the pointer has moved
   * @return responses that are there to be read
   * @throws CorruptPointerException if the pointer names no view
   */
  public <T> T read(AbstractPipeline pipeline, Function<View, T> commands) {
    while (true) {
      View used = view;
      Response<byte[]> pointer = pipeline.get(RedisKeys.currentView());
      T responses = commands.apply(used);
      pipeline.sync();
      View current = current(pointer);
      if (current.equals(used)) {
        return responses;
      }
      view = current;
    }
  }

  private static View current(Response<byte[]> pointer) {
    try {
      return View.of(pointer.get());
    } catch (CorruptValueException e) {
      throw new CorruptPointerException(e.getMessage(), e);
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new CorruptPointerException("the pointer to the current view is not a string", e);
      }
      throw e;
    }
  }

  /**
   * One history of the current view.
   *
   * @return {@link History#EMPTY} for a user without
   * @throws CorruptPointerException if the pointer names no view
   * @throws CorruptValueException if a value of the history cannot be read
   */
  public History history(UnifiedJedis redis, UserKey user, String task) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      Response<Map<byte[], byte[]>> hash =
          read(pipeline, used -> pipeline.hgetAll(RedisKeys.history(used, user, task)));
      return History.fromHash(hash.get());
    }
  }
}
