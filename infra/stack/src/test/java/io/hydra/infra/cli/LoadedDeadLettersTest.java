package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadedDeadLettersTest {
  private final AtomicLong count = new AtomicLong(7);
  private final AtomicInteger sleeps = new AtomicInteger();

  @Test
  void thoseThatWereThereBeforeAreNotCounted() throws Exception {
    assertThat(letters().came()).isZero();
    assertThat(sleeps.get()).isEqualTo(10);
  }

  @Test
  void thoseThatCameUpMeanwhileAreToldAtOnce() throws Exception {
    LoadedDeadLetters letters = letters();
    count.set(9);
    assertThat(letters.came()).isEqualTo(2);
    assertThat(sleeps.get()).isZero();
  }

  @Test
  void theLastOnesAreWaitedFor() throws Exception {
    LoadedDeadLetters letters =
        new LoadedDeadLetters(
            count::get,
            duration -> {
              if (sleeps.incrementAndGet() == 3) {
                count.incrementAndGet();
              }
            });
    assertThat(letters.came()).isEqualTo(1);
    assertThat(sleeps.get()).isEqualTo(3);
  }

  private LoadedDeadLetters letters() {
    return new LoadedDeadLetters(count::get, duration -> sleeps.incrementAndGet());
  }
}
