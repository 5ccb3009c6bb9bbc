package io.hydra.ingest.gateway.events;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.gateway.Recent;
import io.hydra.schemas.user.UserKey;
import java.time.Clock;
import java.time.Instant;

/**
 * Dates events that name no time: one that is sent again within the hour has the time of its first
 * copy, or it would count as newer than what came in between. Thread-safe.
 */
public final class EventTimes {
  private static final long MAX_CHARS = 8L * 1024 * 1024;
  private static final int OVERHEAD = 512;

  private final Clock clock;
  private final Recent<Key, First> firsts;

  private record Key(UserKey user, String eventId) {}

  private record First(Instant time, int payloadHash, int chars) {}

  public EventTimes(Clock clock, Ticker ticker) {
    this.clock = clock;
    firsts = new Recent<>(ticker, MAX_CHARS, First::chars, (key, first) -> key.user());
  }

  Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  /** The time of an event; another payload under the same id is not a copy. */
  Instant of(UserKey user, String eventId, Object payload) {
    First given =
        new First(
            now(),
            payload.hashCode(),
            OVERHEAD + 2 * eventId.length() + 3 * user.userId().length());
    return firsts
        .write(
            new Key(user, eventId),
            first -> first != null && first.payloadHash() == given.payloadHash() ? first : given)
        .time();
  }

  /** Drops the ids of a user's events. */
  public void forget(UserKey user) {
    firsts.forget(user);
  }

  public void forgetAll() {
    firsts.forgetAll();
  }
}
