package io.hydra.schemas.redis;

import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;

/**
 * Layout of Redis. Every key carries the hash tag {@code {tenant:user}}, so one user's keys share a
 * slot of a Redis Cluster. Task ids, base versions and tenants hold neither ':' nor braces, so no
 * two users or tasks can meet in one key.
 */
public final class RedisKeys {
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

  /** String: the recorded response to a query, Avro in Confluent's wire format. */
  public static byte[] response(UserKey user, String queryId) {
    return key("response", user, queryId);
  }

  private static byte[] key(String kind, UserKey user, String rest) {
    return ("hydra:" + kind + ":{" + user.asRecordKey() + "}:" + rest)
        .getBytes(StandardCharsets.UTF_8);
  }
}
