package io.hydra.schemas.store;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;

/** Writes for tests. */
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
}
