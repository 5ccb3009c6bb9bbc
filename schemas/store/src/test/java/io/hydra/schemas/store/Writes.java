package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import redis.clients.jedis.RedisClient;

/** Writes of tests, with the user and task that they are of. */
public final class Writes {
  static final String USER = "acme:ann";
  static final String TASK = "tags";

  private Writes() {}

  public static Write write(String eventId, long occurredAt) {
    return write(eventId, occurredAt, "output of " + eventId);
  }

  public static Write write(String eventId, long occurredAt, String output) {
    return write(USER, TASK, eventId, occurredAt, output);
  }

  public static Write write(
      String userKey, String task, String eventId, long occurredAt, String output) {
    HistoryItem item = new HistoryItem(eventId, occurredAt, "input of " + eventId, output);
    return new Write(
        UserKey.parse(userKey), task, eventId, occurredAt, HistoryItemCodec.encode(item));
  }

  /** A store over the current view, of ten items a history. */
  static HistoryStore store(EmbeddedRedis redis) {
    return RedisHistoryStore.ofCurrentView(
        RedisClient.builder().fromURI(redis.url()).build(),
        new HistoryLimits(10, Duration.ZERO, Duration.ofHours(1)));
  }

  /** Heads of {@link #USER} and {@link #TASK}, as the heads writer leaves them. */
  static void heads(EmbeddedRedis redis, String base, byte[] heads) {
    redis.client().hset("hydra:user:{acme:ann}", "h:tags:" + base, "1:7");
    redis.client().set(("hydra:heads:{acme:ann}:tags:" + base).getBytes(UTF_8), heads);
  }
}
