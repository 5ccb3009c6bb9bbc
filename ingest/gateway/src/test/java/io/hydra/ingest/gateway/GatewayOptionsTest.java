package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.ingest.gateway.http.HttpServer;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class GatewayOptionsTest {
  @Command
  private static final class Holder {
    @Mixin GatewayOptions options;
  }

  private static GatewayOptions parse(String... arguments) {
    Holder holder = new Holder();
    CommandLine line = Program.commandLine(holder);
    line.parseArgs(arguments);
    return holder.options;
  }

  @Test
  void theDefaultsAreAsDocumented() {
    GatewayOptions options = parse("--keys", "keys.json");
    assertThat(options.address(Map.of()))
        .isEqualTo(new HttpServer.Address("127.0.0.1", 8000, null, null, Set.of()));
    assertThat(options.limits().maxBodyBytes()).isEqualTo(4 * 1024 * 1024);
    assertThat(options.limits().maxHeldBytes()).isEqualTo(32 * 1024 * 1024);
    assertThat(options.limits().maxConnections()).isEqualTo(2_048);
    assertThat(options.limits().idle()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.queryTimeout).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.maxPendingQueries).isEqualTo(2_048);
    assertThat(options.rateLimit).isEqualTo(200);
    assertThat(options.tasks()).isEmpty();
    assertThat(options.passThrough(Map.of())).isNull();
    assertThat(options.canaryInterval()).isZero();
  }

  @Test
  void allIsMapped() {
    GatewayOptions options =
        parse(
            "--keys=keys.json",
            "--host=0.0.0.0",
            "--port=0",
            "--tls-key-store=gateway.p12",
            "--cors-origin=https://a.example,https://b.example",
            "--task=LaMP_3,LaMP_5",
            "--pass-through",
            "--llm-base-url=http://127.0.0.1:1/v1",
            "--llm-model=m",
            "--canary-interval=5min");
    assertThat(options.canaryInterval()).isEqualTo(Duration.ofMinutes(5));
    assertThat(options.canaryTask()).isEqualTo("LaMP_3");
    assertThat(parse("--keys=k", "--task=a", "--canary-task=b").canaryTask()).isEqualTo("b");
    assertThat(options.address(Map.of("HYDRA_GATEWAY_TLS_PASSWORD", "secret")))
        .isEqualTo(
            new HttpServer.Address(
                "0.0.0.0",
                0,
                Path.of("gateway.p12"),
                "secret",
                Set.of("https://a.example", "https://b.example")))
        .asString()
        .doesNotContain("secret");
    assertThat(options.tasks()).containsExactly("LaMP_3", "LaMP_5");
    assertThat(options.passThrough(Map.of())).isNotNull();
  }

  @Test
  void whatCannotWorkIsRefusedAtTheStart() {
    GatewayOptions small = parse("--keys=k", "--max-body-bytes=100", "--max-held-bytes=99");
    assertThatThrownBy(small::limits).isInstanceOf(UserException.class);
    GatewayOptions hasty = parse("--keys=k", "--canary-interval=9s");
    assertThatThrownBy(hasty::canaryInterval)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("10 s");
    assertThatThrownBy(hasty::canaryTask)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--canary-task");
    GatewayOptions nowhere = parse("--keys=k", "--pass-through");
    assertThatThrownBy(() -> nowhere.passThrough(Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--llm-base-url");
    GatewayOptions unnamed =
        parse("--keys=k", "--pass-through", "--llm-base-url=llm:1/v1?key=secret", "--llm-model=m");
    assertThatThrownBy(() -> unnamed.passThrough(Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("http://host:port/v1")
        .hasMessageNotContaining("secret");
    GatewayOptions named =
        parse("--keys=k", "--pass-through", "--llm-base-url=http://llm/v1", "--llm-model=m");
    assertThatThrownBy(() -> named.passThrough(Map.of("HYDRA_LLM_API_KEY", "a\nb")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("HYDRA_LLM_API_KEY");
  }
}
