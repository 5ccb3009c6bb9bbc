package io.hydra.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  /** As every service has it. */
  private static final String CONFIGURATION =
      """
      <configuration>
        <include resource="io/hydra/runtime/log/${HYDRA_LOG_FORMAT:-text}.xml"/>
        <root level="info"><appender-ref ref="out"/></root>
      </configuration>
      """;

  /** The log of a service with this variable, or without it if it is null. */
  private static String logged(String format, Exception failure) throws Exception {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    if (format != null) {
      context.putProperty("HYDRA_LOG_FORMAT", format);
    }
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        new ByteArrayInputStream(CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Appender<ILoggingEvent> appender =
        context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("out");
    ((ConsoleAppender<ILoggingEvent>) appender).setOutputStream(out);
    context.getLogger("io.hydra.Some").info("{} retries of \"{}\"", 3, "x", failure);
    context.stop();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void textIsTheDefault() throws Exception {
    assertThat(logged(null, null)).matches("[0-9T:.-]+Z INFO  Some - 3 retries of \"x\"\n");
  }

  @Test
  void jsonIsOneObjectALine() throws Exception {
    String line = logged("json", new IllegalStateException("away"));
    JsonNode event = new ObjectMapper().readTree(line);

    assertThat(line.strip()).doesNotContain("\n");
    assertThat(event.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "timestamp", "level", "threadName", "loggerName", "formattedMessage", "throwable");
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("loggerName").asText()).isEqualTo("io.hydra.Some");
    assertThat(event.path("formattedMessage").asText()).isEqualTo("3 retries of \"x\"");
    assertThat(event.at("/throwable/message").asText()).isEqualTo("away");
  }

  @Test
  void anotherFormatIsRefusedSinceNothingWouldBeLogged() {
    assertThat(Program.problemOfLogFormat(Map.of())).isNull();
    assertThat(Program.problemOfLogFormat(Map.of("HYDRA_LOG_FORMAT", "json"))).isNull();
    assertThat(Program.problemOfLogFormat(Map.of("HYDRA_LOG_FORMAT", "JSONL")))
        .isEqualTo("HYDRA_LOG_FORMAT=JSONL is no log format: set it to text or json");
  }
}
