package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.config.UserException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallSavingTest {
  @ParameterizedTest
  @CsvSource({"nowhere,0.1,closed task", "LaMP_4,0.1,closed task", "LaMP_3,-1,0 or more"})
  void whatCannotBeSavedIsRefused(String task, double loss, String why) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> CallSaving.of(Map.of(task, loss), TaskCatalogue.shipped()))
        .withMessageContaining(task)
        .withMessageContaining(why);
  }

  @Test
  void oneInTwentyIsExploredWhateverItsId() {
    assertThat(IntStream.range(0, 10_000).filter(i -> CallSaving.isExplored("q-" + i)).count())
        .isCloseTo(500, within(100L));
    assertThat(CallSaving.isExplored("q-1")).isEqualTo(CallSaving.isExplored("q-1"));
  }
}
