package io.hydra.runtime.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static final IllegalStateException CAUSE = new IllegalStateException("my secret diary");

  @Test
  void whatFuturesWrapIsUnwrappedHoweverOften() {
    assertThat(Failures.unwrap(CAUSE)).isSameAs(CAUSE);
    assertThat(Failures.unwrap(new CompletionException(CAUSE))).isSameAs(CAUSE);
    assertThat(Failures.unwrap(new ExecutionException(new CompletionException(CAUSE))))
        .isSameAs(CAUSE);
  }

  @Test
  void aWrapperAroundNothingStays() {
    CompletionException empty = new CompletionException("", null);
    assertThat(Failures.unwrap(empty)).isSameAs(empty);
  }

  @Test
  void aTraceShowsClassesAndFramesAndNoMessage() {
    assertThat(Failures.traceWithoutMessages(new RuntimeException("a user's words", CAUSE)))
        .contains("RuntimeException, caused by java.lang.IllegalStateException")
        .contains("FailuresTest")
        .doesNotContain("diary", "words");
  }
}
