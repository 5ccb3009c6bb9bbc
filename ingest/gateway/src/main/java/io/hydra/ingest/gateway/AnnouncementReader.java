package io.hydra.ingest.gateway;

import io.hydra.ingest.Announcements;
import io.hydra.ingest.gateway.events.EventTimes;
import io.hydra.ingest.gateway.events.Outcomes;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.UserKey;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps reading one of the system's announcements: without the right to, or without the topic, the
 * gateway lacks what that would tell and nothing else.
 */
final class AnnouncementReader<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AnnouncementReader.class);

  private final String what;
  private final Opening<T> opening;
  private final Consumer<T> listener;
  private final Consumer<Boolean> reading;
  private Runnable close;
  private boolean closed;

  /** Set by the reading thread, when it ends. */
  private volatile boolean stopped;

  /** Told once. */
  private volatile boolean missing;

  /** Opens {@link Announcements}. */
  interface Opening<T> {
    /**
     * Begins to read, from the end on; returns what ends it.
     *
     * @throws KafkaException if the brokers do not answer or refuse
     * @throws IllegalStateException if the topic does not exist
     */
    Runnable open(Consumer<T> listener, Consumer<RuntimeException> stopped);
  }

  /**
   * @param reading told whether anything is read, when that may have changed: true once what is
   *     announced from now on will be read, though nothing from before
   */
  private AnnouncementReader(
      String what, Opening<T> opening, Consumer<T> listener, Consumer<Boolean> reading) {
    this.what = what;
    this.opening = opening;
    this.listener = listener;
    this.reading = reading;
  }

  static AnnouncementReader<VerdictOutcome> ofVerdicts(
      Opening<VerdictOutcome> opening, Outcomes outcomes) {
    return new AnnouncementReader<>(
        "outcomes of verdicts", opening, outcomes::add, outcomes::setRead);
  }

  /**
   * Drops what is held of a user who is forgotten, wherever that was ordered. Who was forgotten
   * while nothing was read is not known, so what is held by the time that reading begins goes.
   */
  static AnnouncementReader<UserErased> ofErasures(
      Opening<UserErased> opening, Asked asked, Outcomes outcomes, EventTimes times) {
    return new AnnouncementReader<>(
        "erasures",
        opening,
        erased -> {
          UserKey user = new UserKey(erased.getTenant(), erased.getUserId());
          asked.forget(user);
          outcomes.forget(user);
          times.forget(user);
        },
        isRead -> {
          if (isRead) {
            asked.forgetAll();
            outcomes.forgetAll();
            times.forgetAll();
          }
        });
  }

  /** Begins to read, unless it is being read; waits for brokers. */
  synchronized void look() {
    if (closed || (close != null && !stopped)) {
      return;
    }
    if (close != null) {
      close.run();
      close = null;
    }
    stopped = false;
    try {
      close = opening.open(listener, this::stopped);
      reading.accept(!stopped);
      missing = false;
    } catch (KafkaException | IllegalStateException e) {
      stopped(e);
    }
  }

  private void stopped(RuntimeException why) {
    stopped = true;
    reading.accept(false);
    if (!missing) {
      missing = true;
      log.warn("{} are not read ({}), will retry", what, why.getClass().getSimpleName());
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (close != null) {
      close.run();
    }
  }
}
