package io.hydra.ingest.gateway;

import io.hydra.ingest.Announcements;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.gateway.events.Outcomes;
import io.hydra.schemas.avro.VerdictOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what becomes of verdicts, again and again: without the right to, or without the topic, the
 * gateway lacks that one answer and nothing else.
 */
final class OutcomeReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutcomeReader.class);

  private final HydraConnection connection;
  private final Outcomes outcomes;
  private Announcements<VerdictOutcome> reading;
  private boolean closed;

  /** Set by the reading thread, when it ends. */
  private volatile boolean stopped;

  /** Told once. */
  private volatile boolean missing;

  OutcomeReader(HydraConnection connection, Outcomes outcomes) {
    this.connection = connection;
    this.outcomes = outcomes;
  }

  /** Begins to read, unless it is being read; waits for brokers. */
  synchronized void look() {
    if (closed || (reading != null && !stopped)) {
      return;
    }
    if (reading != null) {
      reading.close();
      reading = null;
    }
    stopped = false;
    try {
      reading = Announcements.ofVerdicts(connection, outcomes::add, this::stopped);
      outcomes.setRead(!stopped);
      missing = false;
    } catch (RuntimeException e) {
      stopped(e);
    }
  }

  private void stopped(RuntimeException why) {
    stopped = true;
    outcomes.setRead(false);
    if (!missing) {
      missing = true;
      log.warn(
          "outcomes of verdicts are not read ({}), will retry", why.getClass().getSimpleName());
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (reading != null) {
      reading.close();
    }
  }
}
