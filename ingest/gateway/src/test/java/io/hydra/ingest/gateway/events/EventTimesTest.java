package io.hydra.ingest.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventTimesTest {
  private static final UserKey ANN = new UserKey("shop", "ann");

  private final ManualTime time = new ManualTime();
  private boolean meanwhile;
  private final EventTimes times = new EventTimes(time, this::nanos);

  /** Whenever the time is looked at, another payload under the same id may come in between. */
  private long nanos() {
    if (meanwhile) {
      meanwhile = false;
      time.advance(Duration.ofSeconds(1));
      Instant unused = times.of(ANN, "e-1", "other");
      meanwhile = true;
    }
    return time.nanos();
  }

  @Test
  void aCopyHasTheTimeOfTheFirst() {
    Instant first = times.of(ANN, "e-1", "payload");
    time.advance(Duration.ofMinutes(1));
    assertThat(times.of(ANN, "e-1", "payload")).isEqualTo(first);
    assertThat(times.of(ANN, "e-1", "other")).isAfter(first);
  }

  @Test
  void anotherPayloadInBetweenDoesNotLendItsTime() {
    Instant now = times.now();
    meanwhile = true;
    assertThat(times.of(ANN, "e-1", "payload")).isEqualTo(now);
  }
}
