package io.hydra.ingest.gateway.events;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.gateway.Recent;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.UserKey;
import java.util.Optional;

/**
 * The outcomes of the verdicts of the last hour, of all users, as the trainer reports them; also of
 * those that another gateway took. Thread-safe.
 */
public final class Outcomes {
  static final int MAX = 50_000;

  private final Recent<Key, VerdictOutcome> latest;
  private volatile boolean read;

  private record Key(String tenant, String userId, String eventId) {}

  public Outcomes(Ticker ticker) {
    latest = new Recent<>(ticker, MAX, outcome -> 1);
  }

  public void add(VerdictOutcome told) {
    Key key = new Key(told.getTenant(), told.getUserId(), told.getEventId());
    // That a verdict came twice says nothing of what became of it.
    latest.write(key, old -> old != null && told.getOutcome() == Outcome.REPEATED ? old : told);
  }

  Optional<VerdictOutcome> find(String tenant, String userId, String eventId) {
    return latest.find(new Key(tenant, userId, eventId));
  }

  /** Drops what became of a user's verdicts. */
  public void forget(UserKey user) {
    latest.removeIf(
        entry ->
            entry.getKey().userId().equals(user.userId())
                && entry.getKey().tenant().equals(user.tenant()));
  }

  public void forgetAll() {
    latest.removeIf(entry -> true);
  }

  /** Tells whether outcomes are being read. */
  boolean areRead() {
    return read;
  }

  public void setRead(boolean isRead) {
    read = isRead;
  }
}
