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

  private record Key(UserKey user, String eventId) {}

  public Outcomes(Ticker ticker) {
    latest = new Recent<>(ticker, MAX, outcome -> 1, (key, outcome) -> key.user());
  }

  public void add(VerdictOutcome told) {
    Key key = new Key(new UserKey(told.getTenant(), told.getUserId()), told.getEventId());
    // That a verdict came twice says nothing of what became of it.
    latest.write(key, old -> old != null && told.getOutcome() == Outcome.REPEATED ? old : told);
  }

  Optional<VerdictOutcome> find(UserKey user, String eventId) {
    return latest.find(new Key(user, eventId));
  }

  /** Drops what became of a user's verdicts. */
  public void forget(UserKey user) {
    latest.forget(user);
  }

  public void forgetAll() {
    latest.forgetAll();
  }

  /** Tells whether outcomes are being read. */
  boolean areRead() {
    return read;
  }

  public void setRead(boolean isRead) {
    read = isRead;
  }
}
