package io.hydra.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloserTest {
  private final List<String> closed = new ArrayList<>();
  private final Closer closer = new Closer();

  @Test
  void theLastOpenedIsClosedFirstAndOnce() {
    closer.add(() -> closed.add("first"));
    closer.add(() -> closed.add("second"));

    closer.close();
    closer.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void aFailureKeepsNothingElseOpenAndIsToldWithTheOthers() {
    closer.add(() -> closed.add("first"));
    closer.add(
        () -> {
          throw new IllegalArgumentException("second");
        });
    closer.add(
        () -> {
          throw new IllegalArgumentException("third");
        });

    assertThatIllegalStateException()
        .isThrownBy(closer::close)
        .withMessageContaining("third")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void whatComesTooLateIsClosedAndRefused() {
    closer.close();

    assertThatIllegalStateException().isThrownBy(() -> closer.add(() -> closed.add("late")));
    assertThat(closed).containsExactly("late");
    assertThatIllegalStateException()
        .isThrownBy(() -> closer.own(() -> closed.add("made"), made -> {}));
    assertThat(closed).containsExactly("late");
  }

  @Test
  void whatWasMadeIsTakenBack() {
    String made = closer.own(() -> "folder", folder -> closed.add("no " + folder));
    String inside = closer.own(() -> "process in it", process -> closed.add("no " + process));

    closer.close();
    closer.close();

    assertThat(List.of(made, inside)).containsExactly("folder", "process in it");
    assertThat(closed).containsExactly("no process in it", "no folder");
  }
}
