package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import redis.clients.jedis.UnifiedJedis;

/**
 * The account of what private exports have told of each user, in ρ of zero-concentrated
 * differential privacy, which adds up. It outlives an erasure, as what was exported does.
 */
public final class PrivacyLedger {
  /** Sums of equal parts end some bits beside the whole. */
  private static final double ROUNDING = 1e-9;

  private static final RedisScript SPENDING =
      RedisScript.load(PrivacyLedger.class, "spend-privacy.lua");

  private PrivacyLedger() {}

  /**
   * Spends what an export costs, before it is made: a process that dies in between has spent it,
   * and a lost reply may cost it twice.
   *
   * @param most that all exports together may cost
   * @return false if this one would exceed that; then nothing is spent
   */
  public static boolean spend(UnifiedJedis redis, UserKey user, double cost, double most) {
    Object spent =
        SPENDING.eval(
            redis,
            1,
            new UserKeys(user).user(),
            UserKeys.Fields.RELEASED,
            Layout.utf8(Double.toString(cost)),
            Layout.utf8(Double.toString(most * (1 + ROUNDING))));
    return (Long) spent == 1;
  }
}
