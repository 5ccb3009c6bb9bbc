package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.retry.Backoff;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0);

  private static long seconds(long left, int attemptsLeft) {
    return new RetryPolicy(
            3,
            Duration.ofSeconds(10),
            Duration.ofSeconds(40),
            null,
            Duration.ofMinutes(1),
            BACKOFF,
            "")
        .timeout(Duration.ofSeconds(left), attemptsLeft)
        .toSeconds();
  }

  @Test
  void anAttemptGetsHalfOfTheTimeLeftSoThatOneThatHangsLeavesAsMuchForAnother() {
    assertThat(seconds(60, 3)).isEqualTo(30);
    assertThat(seconds(30, 3)).isEqualTo(15);
  }

  @Test
  void whereHalfWouldBeTooLittleOneAttemptGetsAllOfIt() {
    assertThat(seconds(19, 3)).isEqualTo(19);
    assertThat(seconds(3, 2)).isEqualTo(3);
  }

  @Test
  void theLastAttemptGetsAllThatIsLeft() {
    assertThat(seconds(30, 1)).isEqualTo(30);
  }

  @Test
  void noAttemptGetsMoreThanTheMost() {
    assertThat(seconds(600, 3)).isEqualTo(40);
    assertThat(seconds(600, 1)).isEqualTo(40);
  }
}
