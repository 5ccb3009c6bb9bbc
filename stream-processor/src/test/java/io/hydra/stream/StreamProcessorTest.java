package io.hydra.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

class StreamProcessorTest {
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return StreamProcessor.commandLine().setErr(new PrintWriter(err)).execute(args);
  }

  @Test
  void unknownAndInvalidOptionsStopStartUpAndSayWhy() {
    assertThat(run("--history-capacty=5")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--history-capacity");
    assertThat(run("--history-capacity=0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("at least 1");
    assertThat(run("--redis-url=somewhere")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("redis://");
    assertThat(run("--trigger-delay=soon")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("250ms");
    assertThat(run("--parallelism=0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--rest-port=70000")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--state-backend=disk")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("rocksdb or hashmap");
    assertThat(run("--ops-port=-1")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  void everyOptionHasAnEnvironmentVariableAndSaysItsName() throws Exception {
    Pattern variable = Pattern.compile("\\$\\{env:(HYDRA_[A-Z_]+)(?::-.+)?}");
    List<OptionSpec> options =
        StreamProcessor.commandLine().getCommandSpec().options().stream()
            .filter(option -> !option.usageHelp() && !option.versionHelp())
            .toList();
    assertThat(options).hasSizeGreaterThan(10);
    Set<String> names = new HashSet<>();
    for (OptionSpec option : options) {
      // As declared: the specification holds what the environment of this test made of it.
      Option declared = ((Field) option.userObject()).getAnnotation(Option.class);
      Matcher fallback = variable.matcher(declared.defaultValue());
      assertThat(fallback.matches()).as(option.longestName()).isTrue();
      assertThat(option.description())
          .as(option.longestName())
          .endsWith("Environment: %s.".formatted(fallback.group(1)));
      assertThat(names.add(fallback.group(1))).as(option.longestName()).isTrue();
    }
  }
}
