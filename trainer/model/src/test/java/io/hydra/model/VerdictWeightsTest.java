package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.config.UserException;
import org.junit.jupiter.api.Test;

class VerdictWeightsTest {
  @Test
  void namedKindsChangeAndTheOthersKeepTheirDefault() {
    VerdictWeights standard = VerdictWeights.DEFAULT;
    assertThat(VerdictWeights.parse("accepted=0.25, rated = 2"))
        .isEqualTo(
            new VerdictWeights(0.25, standard.rejected(), standard.chose(), standard.edited(), 2));
    assertThat(VerdictWeights.parse("")).isEqualTo(standard);
  }

  @Test
  void whatIsPrintedCanBeRead() {
    assertThat(VerdictWeights.parse(VerdictWeights.DEFAULT.toString()))
        .isEqualTo(VerdictWeights.DEFAULT);
    assertThat(VerdictWeights.parse(VerdictWeights.DEFAULT_TEXT)).isEqualTo(VerdictWeights.DEFAULT);
  }

  @Test
  void everyMistakeIsNamed() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> VerdictWeights.parse("liked=1,chose,edited=-1,rated=NaN"))
        .withMessageContainingAll("'liked'", "chose needs", "edited needs", "rated needs");
  }
}
