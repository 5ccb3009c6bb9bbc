package io.hydra.trainer.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallProgressTest {
  @Test
  void theRestTakesAsLongAsTheCallsSoFarWhateverTheCacheAnswered() {
    CallProgress progress = new CallProgress(90, 10, 400);
    assertThat(progress.finished()).isEqualTo(500);
    assertThat(progress.timeLeft(1000, Duration.ofSeconds(50))).hasValue(Duration.ofSeconds(250));
  }

  @Test
  void nothingIsKnownBeforeTheFirstCall() {
    assertThat(new CallProgress(0, 0, 5).timeLeft(10, Duration.ofSeconds(1))).isEmpty();
  }

  @Test
  void nothingIsLeftAtTheEnd() {
    assertThat(new CallProgress(0, 0, 5).timeLeft(5, Duration.ofSeconds(1)))
        .hasValue(Duration.ZERO);
  }
}
