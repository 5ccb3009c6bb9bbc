package io.hydra.serving.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The promises of serving under seeded schedules. {@code -Dhydra.schedules=N} plays so many, and
 * {@code -Dhydra.schedule.seed=S} one, with its log.
 */
class ScheduleTest {
  private static final int USUAL = 3_000;
  private static final Long SEED = Long.getLong("hydra.schedule.seed");
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.hydra");

  /** Every second schedule has an outage of everything. */
  @BeforeAll
  static void beQuiet() {
    LOG.setLevel(SEED == null ? Level.OFF : null);
  }

  @AfterAll
  static void beHeard() {
    LOG.setLevel(null);
  }

  @Test
  void thePromisesHoldWhateverHappensWhen() {
    if (SEED != null) {
      new World(SEED).run();
      return;
    }
    LongStream.range(0, Integer.getInteger("hydra.schedules", USUAL))
        .parallel()
        .forEach(seed -> new World(seed).run());
  }
}
