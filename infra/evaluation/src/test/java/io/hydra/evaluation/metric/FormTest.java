package io.hydra.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FormTest {
  @Test
  void theSameFormIsOneWhateverTheWordsSay() {
    assertThat(Form.likeness("On Drums: a Study", "In Reeds: a Survey")).isEqualTo(1);
  }

  @Test
  void lengthCapitalsAndAColonCountAlike() {
    assertThat(Form.likeness("one two three", "one")).isCloseTo((0.5 + 1 + 1) / 3, within(1e-12));
    assertThat(Form.likeness("one two", "One Two")).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(Form.likeness("one two", "one: two")).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(Form.likeness("", "one")).isBetween(0.0, 1.0);
  }
}
