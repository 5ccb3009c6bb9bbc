package io.hydra.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class LlmOptionsTest {
  @CommandLine.Command
  private static final class Program implements Callable<Integer> {
    @Mixin private LlmOptions llm;

    @Override
    public Integer call() {
      return 0;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--llm-model=m", "--llm-namespace=n", "--llm-simulated"})
  void anOptionOfAnLlmThatIsNotNamedIsWrongUsage(String option) {
    assertThatThrownBy(() -> read(option).check())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(option.replaceFirst("=.*", "") + " describes")
        .hasMessageContaining("add --llm URL");
    read("--llm=http://host/v1", option).check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--llm=http://host/v1", "--llm-base-url=http://host/v1"})
  void anLlmIsNamedByEitherOption(String option) throws IOException {
    LlmOptions named = read(option, "--llm-model", "m");
    assertThat(named.isNamed()).isTrue();
    assertThat(named.isSimulated()).isFalse();
    assertThat(named.simulate(null)).isNull();
    assertThat(named.model(5)).isEqualTo("m");
    assertThat(named.shownName()).isEqualTo("http://host/v1 m");
  }

  @Test
  void whereNoneIsNamedASimulatedOneAnswers() throws IOException {
    LlmOptions unnamed = read("--strong-llm");
    unnamed.check();
    assertThat(unnamed.isSimulated()).isTrue();
    assertThat(unnamed.model(0)).isEqualTo("hydra-simulated-llm");
    assertThat(unnamed.model(5)).isEqualTo("hydra-simulated-llm-f{fold}");
    String first = name("sports", false);
    assertThat(first).matches("simulated [0-9a-f]{12}").isEqualTo(name("sports", false));
    assertThat(List.of(name("travel", false), name("sports", true))).doesNotContain(first);
  }

  private static String name(String output, boolean strong) throws IOException {
    LampUser user = new LampUser("u", List.of(new HistoryItem("i", 1, "A", output)), "q", "sports");
    Dataset dataset = new Dataset("LaMP_2N", List.of(), Map.of("", List.of(user)));
    LlmOptions options = strong ? read("--strong-llm") : read();
    try (SimulatedEndpoint endpoint = options.simulate(dataset)) {
      assertThat(options.isSimulated()).isTrue();
      assertThat(options.baseUrl()).isEqualTo(endpoint.baseUrl()).startsWith("http://127.0.0.1:");
      assertThat(options.namespace()).isEqualTo(endpoint.name());
      return options.shownName();
    }
  }

  private static LlmOptions read(String... words) {
    Program program = new Program();
    var unused = new CommandLine(program).parseArgs(words);
    return program.llm;
  }
}
