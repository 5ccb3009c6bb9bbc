package io.hydra.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

class ServingOptionsTest {
  /** Named alike by every component that has them. */
  private static final Set<String> SHARED =
      Set.of(
          "--bootstrap-servers",
          "--kafka-properties",
          "--schema-registry-url",
          "--redis-url",
          "--ops-host",
          "--ops-port",
          "--base");

  static List<OptionSpec> options() {
    return ServingMain.commandLine().getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyOptionHasAnEnvironmentVariableAndItsHelpNamesIt(OptionSpec option) {
    String name = option.longestName();
    boolean shared = SHARED.contains(name) || name.startsWith("--llm-");
    String variable =
        (shared ? "HYDRA_" : "HYDRA_SERVING_")
            + name.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    // The option itself gives its default with the variable already replaced.
    String declared = ((Field) option.userObject()).getAnnotation(Option.class).defaultValue();
    assertThat(declared).matches("\\$\\{env:" + variable + "(:-.+)?}");
    assertThat(option.description()).contains("Environment: " + variable + ".");
  }

  @Test
  void thereAreOptionsToLookAt() {
    assertThat(options()).hasSizeGreaterThan(10);
  }

  @Test
  void whatIsNotSaidHasItsDefault() {
    ServingOptions options =
        parsed("--base", "b", "--llm-base-url", "http://x/v1", "--llm-model", "m");
    assertThat(options.redisTimeout).isEqualTo(Duration.ofMillis(500));
    assertThat(options.llmMinAttempt).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.maxAnswerTime).isEqualTo(Duration.ofMinutes(1));
    assertThat(options.commitInterval).isEqualTo(Duration.ofMillis(500));
    assertThat(options.drainTimeout).isEqualTo(Duration.ofSeconds(20));
    assertThat(options.responseTtl).isEqualTo(Duration.ofHours(1));
    assertThat(options.maxInFlight).isEqualTo(256);
    assertThat(options.maxWaitingPerUser).isEqualTo(16);
    assertThat(options.maxWaitingPerTenant).isEqualTo(2048);
    assertThat(options.ioThreads).isEqualTo(32);
    assertThat(options.llmAttempts).isEqualTo(3);
    assertThat(options.replyTopics).isEmpty();
  }

  @Test
  void replyTopicsAddUpAndDurationsComeInBothNotations() {
    ServingOptions options =
        parsed(
            "--base=b",
            "--llm-base-url=http://x/v1",
            "--llm-model=m",
            "--reply-topic=a,b",
            "--reply-topic=c",
            "--redis-timeout=250ms",
            "--response-ttl=PT30M");
    assertThat(options.replyTopics).containsExactly("a", "b", "c");
    assertThat(options.redisTimeout).isEqualTo(Duration.ofMillis(250));
    assertThat(options.responseTtl).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void aDurationWithoutUnitIsRefused() {
    assertThatThrownBy(() -> parsed("--commit-interval=5"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageStartingWith(
            "Invalid value for option '--commit-interval': is a number without a unit");
  }

  @Test
  void aMalformedRedisUrlIsOneClearLineWithoutThePassword() {
    StringWriter said = new StringWriter();
    CommandLine command = ServingMain.commandLine();
    command.setErr(new PrintWriter(said, true));
    int exitCode =
        command.execute(
            "--base=b",
            "--llm-base-url=http://x/v1",
            "--llm-model=m",
            "--redis-url=redis://:xyzzy@h:port");
    assertThat(exitCode).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString().lines().findFirst().orElseThrow())
        .startsWith("serving: Invalid value for option '--redis-url': the Redis URL has ")
        .contains("expected redis://");
    assertThat(said.toString()).doesNotContain("xyzzy");
  }

  private static ServingOptions parsed(String... arguments) {
    CommandLine command = ServingMain.commandLine();
    command.parseArgs(arguments);
    return (ServingOptions) command.getMixins().get("options");
  }
}
