package io.hydra.ingest.gateway.events;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of the verdicts of the last hour, everybody's, as the trainer has told; also of those
 * that another gateway took. Thread-safe.
 */
public final class Outcomes {
  private static final Duration KEPT = Duration.ofHours(1);
  private static final int MAX = 50_000;

  private final Cache<Key, VerdictOutcome> latest;
  private volatile boolean read;

  private record Key(String tenant, String userId, String eventId) {}

  public Outcomes(Ticker ticker) {
    latest = Caffeine.newBuilder().expireAfterWrite(KEPT).ticker(ticker).maximumSize(MAX).build();
  }

  public void add(VerdictOutcome told) {
    Key key = new Key(told.getTenant(), told.getUserId(), told.getEventId());
    // That a verdict came twice says nothing of what became of it.
    latest.asMap().merge(key, told, (old, now) -> now.getOutcome() == Outcome.REPEATED ? old : now);
  }

  Optional<VerdictOutcome> find(String tenant, String userId, String eventId) {
    return Optional.ofNullable(latest.getIfPresent(new Key(tenant, userId, eventId)));
  }

  /** Tells whether outcomes are being read. */
  boolean areRead() {
    return read;
  }

  public void setRead(boolean isRead) {
    read = isRead;
  }
}
