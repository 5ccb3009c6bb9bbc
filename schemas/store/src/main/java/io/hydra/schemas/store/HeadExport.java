package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.user.UserKey;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A user's heads on their way into a file, which no erasure reaches any more.
 *
 * <p>An erasure raises the user's moment before anything goes. So heads may leave if the moment has
 * not moved since they were read and, for a user who was ever erased, if their fit knew of it.
 */
public final class HeadExport {
  /** The time of the fit, the version fitted to, the hash, and the erasure moment then known. */
  private static final Pattern STAMP = Pattern.compile("\\d+:\\d+:\\p{XDigit}+:(\\d+)");

  private final UnifiedJedis redis;
  private final byte[] user;
  private final byte[] erased;
  private final boolean isOfTheRest;
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
    this.user = new UserKeys(user).user();
    // Before the heads: an erasure in between takes them, or leaves them to the later look.
    List<byte[]> found =
        redis.hmget(this.user, UserKeys.Fields.ERASED, UserKeys.Fields.heads(task, baseVersion));
    this.erased = found.get(0);
    this.isOfTheRest = erased == null || knew(found.get(1), UserKeys.Fields.erasedUpTo(erased));
    this.heads = UserStateReader.readHeads(redis, user, task, baseVersion);
  }

  private static boolean knew(byte[] stamp, OptionalLong moment) {
    Matcher fit = STAMP.matcher(stamp == null ? "" : new String(stamp, US_ASCII));
    return fit.matches()
        && moment.isPresent()
        && Long.parseLong(fit.group(1)) >= moment.getAsLong();
  }

  public Heads heads() {
    return heads;
  }

  /**
   * Asks Redis whether they may leave: to be asked when nothing but the leaving is left, and before
   * anything is spent on it.
   */
  public boolean mayLeave() {
    return heads.equals(Heads.NONE)
        || (isOfTheRest && Arrays.equals(erased, redis.hget(user, UserKeys.Fields.ERASED)));
  }
}
