package io.hydra.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerFirstTest {
  private final Deque<Runnable> handedOver = new ArrayDeque<>();
  private final CallerFirst executor = new CallerFirst(handedOver::add, 2);
  private final List<String> ran = new ArrayList<>();

  @Test
  void aTaskRunsOnTheThreadThatBringsIt() {
    executor.execute(() -> ran.add("a"));
    executor.execute(() -> ran.add("b"));
    executor.execute(() -> ran.add("c"));
    assertThat(ran).containsExactly("a", "b", "c");
    assertThat(handedOver).isEmpty();
  }

  @Test
  void moreThanAreAllowedAtOnceAreHandedOver() {
    executor.execute(() -> executor.execute(() -> executor.execute(() -> ran.add("third"))));
    assertThat(ran).isEmpty();
    handedOver.remove().run();
    assertThat(ran).containsExactly("third");
  }

  @Test
  void nothingOvertakesWhatWaits() {
    executor.execute(() -> executor.execute(() -> executor.execute(() -> ran.add("first"))));
    executor.execute(() -> ran.add("second"));
    assertThat(handedOver).hasSize(2);
    handedOver.remove().run();
    handedOver.remove().run();
    executor.execute(() -> ran.add("third"));
    assertThat(ran).containsExactly("first", "second", "third");
  }

  @Test
  void aTaskThatFailsTakesNobodysPlace() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  executor.execute(
                      () -> {
                        throw new IllegalStateException("broken");
                      }))
          .hasMessage("broken");
    }
    executor.execute(() -> ran.add("next"));
    assertThat(ran).containsExactly("next");
    assertThat(handedOver).isEmpty();
  }
}
