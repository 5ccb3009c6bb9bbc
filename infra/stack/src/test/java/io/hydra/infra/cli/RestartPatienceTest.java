package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPatienceTest {
  private final StringWriter err = new StringWriter();
  private Duration time = Duration.ofDays(1);
  private final RestartPatience patience =
      new RestartPatience(() -> time.toNanos(), new PrintWriter(err, true));

  private boolean isWaitedForAfter(Duration passed, String reason) {
    time = Duration.ofDays(1).plus(passed);
    return patience.test(new UserException(reason));
  }

  @Test
  void aShortWaitIsNotExplained() {
    assertThat(isWaitedForAfter(Duration.ofMillis(1_999), "no broker")).isTrue();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aLongerOneIsExplainedOnceAndGivenUp() {
    assertThat(isWaitedForAfter(Duration.ofSeconds(2), "no broker")).isTrue();
    assertThat(isWaitedForAfter(Duration.ofMillis(19_999), "no registry")).isTrue();
    assertThat(isWaitedForAfter(Duration.ofSeconds(20), "no registry")).isFalse();
    assertThat(err.toString().lines())
        .containsExactly("waiting up to 20 s for the broker and the schema registry: no broker");
  }

  @Test
  void aDefectIsNotWaitedFor() {
    assertThat(patience.test(new IllegalStateException())).isFalse();
  }
}
