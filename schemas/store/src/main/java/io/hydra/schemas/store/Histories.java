package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.user.UserKey;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Reads histories of the current view, each in one round trip. Thread-safe; writes nothing. */
public final class Histories {
  private final Views.Reader views = new Views.Reader();
  private final UnifiedJedis redis;

  /**
   * @param redis stays open
   */
  public Histories(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * One history of the current view.
   *
   * @return {@link History#EMPTY} for a user without
   * @throws Views.CorruptPointerException if the pointer names no view
   * @throws CorruptValueException if a value of the history cannot be read
   * @throws JedisException if Redis is away, or the key holds something else
   */
  public History read(UserKey user, String task) {
    UserKeys keys = new UserKeys(user);
    try (AbstractPipeline pipeline = redis.pipelined()) {
      Response<Map<byte[], byte[]>> hash =
          views.read(pipeline, view -> pipeline.hgetAll(keys.history(view, task)));
      return History.fromHash(hash.get());
    }
  }
}
