package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.user.UserKey;
import java.util.Arrays;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A user's heads on their way into a file, which no erasure reaches any more.
 *
 * <p>An erasure raises the user's moment, then takes items from the history, which gives it another
 * version or ends it, then the heads. Heads that were fitted before may still be applied after
 * that, until the tombstone comes. So heads may leave if the moment has not moved since they were
 * read and, for a user who was ever erased, if they were fitted to the history as it is.
 */
public final class HeadExport {
  private final UnifiedJedis redis;
  private final UserKey user;
  private final String task;
  private final String baseVersion;
  private final byte[] erased;
  private final Heads heads;

  /**
   * Reads them, {@link Heads#NONE} if there are none.
   *
   * @param redis stays open
   * @throws CorruptValueException if they cannot be read
   * @throws JedisException if Redis is away or refuses
   */
  public HeadExport(UnifiedJedis redis, UserKey user, String task, String baseVersion) {
    this.redis = redis;
    this.user = user;
    this.task = task;
    this.baseVersion = baseVersion;
    this.erased = redis.hget(new UserKeys(user).user(), UserKeys.Fields.ERASED);
    this.heads = UserStateReader.readHeads(redis, user, task, baseVersion);
  }

  public Heads heads() {
    return heads;
  }

  /**
   * Asks Redis whether they may leave: to be asked when nothing but the leaving is left, and before
   * anything is spent on it.
   */
  public boolean mayLeave() {
    if (heads.equals(Heads.NONE)) {
      return true;
    }
    UserState now;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      now = new UserStateReader().read(pipeline, user, task, baseVersion, "");
    }
    // The reader has no heads for an erasure that is yet to take items.
    boolean isOfTheHistory =
        !now.heads().equals(Heads.NONE) && heads.historyVersion() == now.history().version();
    return Arrays.equals(erased, now.erased()) && (erased == null || isOfTheHistory);
  }
}
