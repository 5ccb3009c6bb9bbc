package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.LoadCommand.LoadedDeadLetters;
import io.hydra.schemas.config.UserException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadedDeadLettersTest {
  private final AtomicLong count = new AtomicLong(7);
  private final AtomicInteger sleeps = new AtomicInteger();
  private UserException failure;

  @Test
  void thoseThatWereThereBeforeAreNotCounted() throws Exception {
    assertThat(letters().note()).isEmpty();
    assertThat(sleeps.get()).isEqualTo(10);
  }

  @Test
  void thoseThatCameUpMeanwhileAreToldAtOnceAndMayBeOthers() throws Exception {
    LoadedDeadLetters letters = letters();
    count.set(9);
    assertThat(letters.note())
        .hasValueSatisfying(
            note -> assertThat(note).startsWith("2 dead letters").contains("or of others"));
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
    assertThat(letters.note())
        .hasValueSatisfying(note -> assertThat(note).startsWith("1 dead letter "));
    assertThat(sleeps.get()).isEqualTo(3);
  }

  @Test
  void aCountThatIsDeniedAtFirstIsAWarningAndIsNotWaitedFor() throws Exception {
    failure = new UserException("not authorized");
    LoadedDeadLetters letters = letters();
    failure = null;
    assertDenied(letters);
  }

  @Test
  void aCountThatIsDeniedLaterIsAWarningToo() throws Exception {
    LoadedDeadLetters letters = letters();
    failure = new UserException("not authorized");
    assertDenied(letters);
  }

  private void assertDenied(LoadedDeadLetters letters) throws InterruptedException {
    assertThat(letters.note())
        .hasValueSatisfying(
            note ->
                assertThat(note)
                    .startsWith("warning: ")
                    .contains("not authorized", "hydra.events.dlq"));
    assertThat(sleeps.get()).isZero();
  }

  private LoadedDeadLetters letters() throws InterruptedException {
    return new LoadedDeadLetters(
        () -> {
          if (failure != null) {
            throw failure;
          }
          return count.get();
        },
        duration -> sleeps.incrementAndGet());
  }
}
