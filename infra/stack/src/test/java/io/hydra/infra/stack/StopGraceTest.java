package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Option;

class StopGraceTest {
  @Test
  void servingMayFinishTheQueriesUnderWayBeforeItIsKilled() throws Exception {
    Option drain =
        Arrays.stream(Class.forName("io.hydra.serving.ServingOptions").getDeclaredFields())
            .map(field -> field.getAnnotation(Option.class))
            .filter(option -> option != null)
            .filter(option -> List.of(option.names()).contains("--drain-timeout"))
            .findFirst()
            .orElseThrow();
    String byDefault = drain.defaultValue().replaceAll(".*:-(\\d+)s}", "$1");
    assertThat(StackConfig.STOP_GRACE)
        .isGreaterThanOrEqualTo(Duration.ofSeconds(Long.parseLong(byDefault) + 5));
  }
}
