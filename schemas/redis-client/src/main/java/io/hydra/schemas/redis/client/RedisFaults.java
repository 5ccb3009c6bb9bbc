package io.hydra.schemas.redis.client;

import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;

/** Tells errors of Redis that time heals from those about one key, and from all others. */
public final class RedisFaults {
  // Errors raised within a script keep their code, but up to Redis 6.2 not at the beginning.
  private static final Pattern HEALS =
      Pattern.compile(
          "(?:^|-)(?:LOADING|OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|MISCONF) ");
  private static final Pattern ONE_KEY = Pattern.compile("\\bWRONGTYPE ");

  private RedisFaults() {}

  /** Another attempt may succeed. */
  public static boolean heals(JedisDataException error) {
    return matches(HEALS, error);
  }

  /**
   * The key holds another type than the command is for; the user's other keys, and other users, are
   * sound.
   */
  public static boolean isAboutOneKey(JedisDataException error) {
    return matches(ONE_KEY, error);
  }

  private static boolean matches(Pattern pattern, JedisDataException error) {
    return error.getMessage() != null && pattern.matcher(error.getMessage()).find();
  }
}
