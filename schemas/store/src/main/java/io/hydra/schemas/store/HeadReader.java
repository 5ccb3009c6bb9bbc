package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.user.UserKey;
import redis.clients.jedis.UnifiedJedis;

/** Reads heads. */
public final class HeadReader {
  private HeadReader() {}

  /**
   * A user's heads of one task for one base.
   *
   * @return {@link Heads#NONE} where there are none
   * @throws CorruptValueException if they cannot be read
   */
  public static Heads read(UnifiedJedis redis, UserKey user, String task, String baseVersion) {
    return decode(redis.get(new UserKeys(user).heads(task, baseVersion)));
  }

  /**
   * @param bytes null where there are none
   */
  static Heads decode(byte[] bytes) {
    return bytes == null ? Heads.NONE : HeadsCodec.decode(bytes);
  }
}
