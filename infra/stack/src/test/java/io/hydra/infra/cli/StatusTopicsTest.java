package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTopicsTest {
  private static final Map<String, Long> LAG = Map.of("hydra-serving", 3L);

  private final StringWriter err = new StringWriter();

  private StatusTopics read(StatusTopics.Counts lag, StatusTopics.Counts deadLetters)
      throws InterruptedException {
    return StatusTopics.read(lag, deadLetters, new PrintWriter(err, true));
  }

  private static Map<String, Long> refuse() {
    throw new UserException("Topic authorization failed.");
  }

  @Test
  void theLagIsToldWhereTheDeadLettersMayNotBeRead() throws InterruptedException {
    assertThat(read(() -> LAG, StatusTopicsTest::refuse)).isEqualTo(new StatusTopics(LAG, null));
    assertThat(err.toString()).contains("dead letters", "Topic authorization failed.");
  }

  @Test
  void aLagThatCannotBeReadIsAFailure() {
    assertThatThrownBy(() -> read(StatusTopicsTest::refuse, Map::of))
        .isInstanceOf(UserException.class);
  }

  @Test
  void bothAreTold() throws InterruptedException {
    Map<String, Long> letters = Map.of("hydra.events.dlq", 1L);
    assertThat(read(() -> LAG, () -> letters)).isEqualTo(new StatusTopics(LAG, letters));
    assertThat(err.toString()).isEmpty();
  }
}
