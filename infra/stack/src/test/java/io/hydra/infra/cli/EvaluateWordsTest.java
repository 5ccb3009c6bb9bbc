package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.EvaluateCommand.EvaluateWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateWordsTest {
  @Test
  void findsWhatTheLauncherNeedsBetweenOptionsThatItDoesNotKnow() {
    EvaluateWords words =
        read("--methods", "rag,hydra", "--data", "some/folder", "--streaming", "--folds=5", "more");
    assertThat(words.data()).isEqualTo(Path.of("some/folder"));
    assertThat(words.folds()).isEqualTo(5);
    assertThat(words.namesLlm()).isFalse();
    assertThat(words.wantsHelp()).isFalse();
    assertThat(words.strongLlm()).isFalse();
    assertThat(read("--data", "some/folder", "--strong-llm", "--seeds", "2").strongLlm()).isTrue();
  }

  @Test
  void withoutFoldsThereIsNoCrossValidation() {
    assertThat(read("--data", "folder").folds()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--llm=http://host/v1", "--llm-base-url=http://host/v1"})
  void anLlmIsNamedByEitherOption(String option) {
    assertThat(read("--data", "d", option, "--llm-model", "m").namesLlm()).isTrue();
    assertThat(read(option, "--llm-model", "m").optionOfUnnamedLlm()).isNull();
  }

  @Test
  void anLlmIsNamedByTheEnvironmentUnlessItIsBlank() {
    assertThat(
            EvaluateWords.of(List.of(), Map.of("HYDRA_LLM_BASE_URL", "http://host/v1")).namesLlm())
        .isTrue();
    assertThat(EvaluateWords.of(List.of(), Map.of("HYDRA_LLM_BASE_URL", " ")).namesLlm()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--llm-model=m", "--llm-namespace=n", "--llm-simulated"})
  void anOptionOfAnLlmThatIsNotNamedIsFound(String option) {
    assertThat(option).startsWith(read("--data", "d", option).optionOfUnnamedLlm());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help"})
  void helpIsFoundAnywhere(String option) {
    assertThat(read("--data", "d", "--nonsense", option).wantsHelp()).isTrue();
  }

  @Test
  void whatIsMalformedIsLeftToTheEvaluator() {
    EvaluateWords words = read("--folds", "many", "--data", "first", "--data", "d", "--llm-model");
    assertThat(words.namesLlm()).isFalse();
    assertThat(words.data()).isEqualTo(Path.of("d"));
  }

  private static EvaluateWords read(String... words) {
    return EvaluateWords.of(List.of(words), Map.of());
  }
}
