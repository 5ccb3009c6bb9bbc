package io.hydra.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

class StreamProcessorTest {
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new StreamProcessor()).setErr(new PrintWriter(err)).execute(args);
  }

  @Test
  void unknownAndInvalidOptionsStopStartUpAndSayWhy() {
    assertThat(run("--history-capacty=5")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--history-capacity");
    assertThat(run("--history-capacity=0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("at least 1");
    assertThat(run("--redis-url=somewhere")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("redis://host:port");
    assertThat(run("--trigger-delay=soon")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("250ms");
    assertThat(run("--parallelism=0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--rest-port=70000")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  void durationsAreReadWithUnitsOrAsIso() {
    DurationConverter converter = new DurationConverter();
    assertThat(converter.convert("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(converter.convert("30d")).isEqualTo(Duration.ofDays(30));
    assertThat(converter.convert("PT1.5S")).isEqualTo(Duration.ofMillis(1500));
    assertThatThrownBy(() -> converter.convert("PT-1S"))
        .isInstanceOf(TypeConversionException.class);
  }
}
