package io.hydra.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final List<List<String>> ROWS =
      List.of(List.of("name", "value", "note"), List.of("a", "1,000", ""));

  @Test
  void columnsAreAlignedAndNoLineEndsInSpaces() {
    assertThat(TextTable.of(ROWS, column -> column == 1))
        .isEqualTo("name  value  note\na     1,000\n");
    assertThat(TextTable.of(List.of(), column -> true)).isEmpty();
  }

  @Test
  void cellsArePaddedOnTheSideThatIsAskedFor() {
    assertThat(TextTable.pad(List.of(List.of("ab", "c"), List.of("d", "ef")), c -> c == 1))
        .containsExactly(List.of("ab", " c"), List.of("d ", "ef"));
  }
}
