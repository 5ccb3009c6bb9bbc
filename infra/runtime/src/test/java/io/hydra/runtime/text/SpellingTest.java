package io.hydra.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  @ParameterizedTest
  @CsvSource({
    "statsu, status, true",
    "stats, status, true",
    "statuus, status, true",
    "stakus, status, true",
    "aks, quickstart, false",
    "staku, status, false",
    "-x, -y, false",
    "-x, -xy, false",
    "--x, --y, true"
  })
  void wordsThatAreOneSlipApartAreNear(String word, String other, boolean isNear) {
    assertThat(Spelling.isNear(word, other)).isEqualTo(isNear);
    assertThat(Spelling.isNear(other, word)).isEqualTo(isNear);
  }
}
