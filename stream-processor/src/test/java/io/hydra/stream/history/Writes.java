package io.hydra.stream.history;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.user.UserKey;

/** Writes for tests. */
public final class Writes {
  static final String USER = "acme:ann";
  static final String TASK = "tags";

  private Writes() {}

  public static HistoryWrite write(String eventId, long occurredAt) {
    return write(eventId, occurredAt, "output of " + eventId);
  }

  public static HistoryWrite write(String eventId, long occurredAt, String output) {
    return write(USER, TASK, eventId, occurredAt, output);
  }

  public static HistoryWrite write(
      String userKey, String task, String eventId, long occurredAt, String output) {
    HistoryItem item = new HistoryItem(eventId, occurredAt, "input of " + eventId, output);
    return new HistoryWrite(
        UserKey.parse(userKey), task, eventId, occurredAt, HistoryItemCodec.encode(item));
  }
}
