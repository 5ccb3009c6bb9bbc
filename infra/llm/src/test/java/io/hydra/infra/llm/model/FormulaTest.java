package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.TitleStyle.Formula;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormulaTest {
  @Test
  void theBeginningOfMostTitlesIsFoundAndOfEquallyManyTheLongest() {
    Formula formula =
        Formula.beginning(
            List.of("How To Swim Now", "How To Sing", "Why We Sing", "How To Walk Far"));

    assertThat(formula.words()).containsExactly("How", "To");
    assertThat(formula.titles()).isEqualTo(3);
  }

  @Test
  void anyNumberIsTheSameAndTheMostSimilarTitlesNumberIsTaken() {
    assertThat(Formula.beginning(List.of("7 Ways To Sit", "12 Ways To Stand")).words())
        .containsExactly("7", "Ways", "To");
  }

  @Test
  void endingsKeepTheirMarks() {
    assertThat(Formula.ending(List.of("A Boat (PHOTOS)", "Two (PHOTOS)", "Nothing")).words())
        .containsExactly("(PHOTOS)");
  }

  @Test
  void whatOneTitleHasIsNoFormulaAndATitleIsNotAllFormula() {
    assertThat(Formula.beginning(List.of("How To Swim", "Why Not"))).isEqualTo(Formula.NONE);
    assertThat(Formula.beginning(List.of("Same", "Same"))).isEqualTo(Formula.NONE);
  }
}
