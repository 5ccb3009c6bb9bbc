package io.hydra.schemas.redis;

import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Layout of Redis. Every key carries the hash tag {@code {tenant:user}}, so one user's keys share a
 * slot of a Redis Cluster. Task ids, base versions and tenants hold neither ':' nor braces, so no
 * two users or tasks can meet in one key.
 */
public final class RedisKeys {
  private static final int HASH_BYTES = 16;

  private RedisKeys() {}

  /** Hash: the history's items and its version, see {@link History}. */
  public static byte[] history(UserKey user, String task) {
    return key("history", user, task);
  }

  /** Sorted set: the history's event ids by (occurred_at, event_id), for trimming alone. */
  public static byte[] historyOrder(UserKey user, String task) {
    return key("history-order", user, task);
  }

  /** String: {@link HeadsCodec}'s bytes for one base version. */
  public static byte[] heads(UserKey user, String task, String baseVersion) {
    return key("heads", user, task + ":" + baseVersion);
  }

  /**
   * String: the recorded response to a query, Avro in Confluent's wire format. A query id is free
   * text, so the key holds a hash of it.
   */
  public static byte[] response(UserKey user, String queryId) {
    return key("response", user, sha256(queryId));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] key(String kind, UserKey user, String rest) {
    return ("hydra:" + kind + ":{" + user.asRecordKey() + "}:" + rest)
        .getBytes(StandardCharsets.UTF_8);
  }
}
