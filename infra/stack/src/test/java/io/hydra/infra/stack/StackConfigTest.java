package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.schemas.config.UserException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackConfigTest {
  private static final long SEED = 11;

  @TempDir Path dir;

  @Test
  void pathsAreAbsoluteSoThatComponentsFindThemFromAnyFolder() {
    StackConfig config = StackConfig.defaults(Path.of("."), Path.of("x/../.hydra"));
    assertThat(config.home()).isAbsolute();
    assertThat(config.dir()).isAbsolute().endsWithRaw(Path.of(".hydra"));
  }

  @Test
  void whatUpStartsOptimizesLateAndItsBrokerAsUsual() {
    Optimization up = StackConfig.defaults(dir, dir).tuning().optimization();
    assertThat(up.flags(Component.BROKER)).isEmpty();
    for (Component service :
        List.of(
            Component.SIMULATED_LLM,
            Component.STREAM_PROCESSOR,
            Component.TRAINER,
            Component.SERVING,
            Component.GATEWAY)) {
      assertThat(up.flags(service))
          .as(service.id())
          .hasSize(4)
          .allMatch(flag -> flag.startsWith("-XX:Tier4"));
    }
  }

  @Test
  void whatIsMeasuredOptimizesAsUsualAndWhatMostlyStartsNever() {
    assertThat(Component.values())
        .filteredOn(component -> component != Component.LAG_MONITOR)
        .allSatisfy(
            component -> {
              assertThat(Optimization.USUAL.flags(component)).isEmpty();
              assertThat(Optimization.NEVER.flags(component))
                  .containsExactly(Optimization.QUICK_COMPILER);
            });
  }

  @Test
  void theLagMonitorNeverOptimizes() {
    assertThat(Optimization.values())
        .allSatisfy(
            each ->
                assertThat(each.flags(Component.LAG_MONITOR))
                    .containsExactly(Optimization.QUICK_COMPILER));
  }

  @Test
  void portsThatAreNotGivenAreFreeOnesAndAllDifferent() {
    StackPorts ports = choose(Map.of());
    List<Integer> all = new ArrayList<>(ports.own().values());
    all.addAll(ports.ops().values());
    assertThat(all).hasSize(13).doesNotHaveDuplicates().allMatch(port -> port > 0);
  }

  @Test
  void whatIsSecretInTheLlmsAddressIsNotShown() {
    LlmSettings.External external =
        new LlmSettings.External("https://me:secret@h:8443/v1?key=secret", "m");
    assertThat(external.toString()).doesNotContain("secret");
    StackPorts ports = choose(Map.of());
    assertThat(Endpoints.of(ports, "redis://127.0.0.1:0", external).llmBaseUrl())
        .isEqualTo("https://h:8443/v1");
  }

  private StackPorts choose(Map<Component, Integer> given) {
    return StackPorts.choose(given, dir, new Random(SEED));
  }

  private StackPorts choose(int broker, int redis) {
    return choose(Map.of(Component.BROKER, broker, Component.REDIS, redis));
  }

  @Test
  void theLastPortsAreKeptWhereTheyAreFree() throws Exception {
    StackPorts last = choose(Map.of());
    last.save(dir);
    assertThat(StackPorts.choose(Map.of(), dir, new Random(SEED + 1))).isEqualTo(last);
    int gateway = last.of(Component.GATEWAY);
    try (ServerSocket taken = new ServerSocket(gateway, 1, InetAddress.getLoopbackAddress())) {
      StackPorts next = choose(Map.of(Component.BROKER, last.of(Component.REDIS)));
      assertThat(next.of(Component.GATEWAY)).isNotEqualTo(taken.getLocalPort());
      assertThat(next.of(Component.BROKER)).isEqualTo(last.of(Component.REDIS));
      assertThat(next.of(Component.REDIS)).isNotEqualTo(last.of(Component.REDIS));
      assertThat(next.of(Component.REGISTRY)).isEqualTo(last.of(Component.REGISTRY));
      assertThat(next.ops()).isEqualTo(last.ops());
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> choose(taken.getLocalPort(), 0))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " for the broker is taken");
    }
  }

  @Test
  void aGivenPortIsNoneOfTheFreeOnes() {
    int given = choose(Map.of()).of(Component.REDIS);
    StackPorts ports = choose(given, 0);
    assertThat(ports.of(Component.BROKER)).isEqualTo(given);
    assertThat(ports.own().values()).containsOnlyOnce(given);
    assertThat(ports.ops().values()).doesNotContain(given);
  }

  @Test
  void aPortThatIsGivenTwiceIsNamed() {
    assertThatThrownBy(() -> choose(20_001, 20_001))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("port 20001 is given twice");
  }

  @Test
  void theLlmIsSimulatedUnlessAnEndpointIsConfigured() {
    assertThat(LlmSettings.from(Map.of(), List.of())).isInstanceOf(LlmSettings.Simulated.class);
    assertThat(
            LlmSettings.from(
                Map.of(LlmSettings.BASE_URL, "http://llm/v1", LlmSettings.MODEL, "m"), List.of()))
        .isEqualTo(new LlmSettings.External("http://llm/v1", "m"));
  }

  @Test
  void aRemoteEndpointInClearIsWarnedOfAndNoneElse() {
    assertThat(new LlmSettings.External("http://llm.example/v1?key=secret", "m").warning())
        .hasValueSatisfying(
            warning ->
                assertThat(warning)
                    .contains("http://llm.example/v1 in clear")
                    .doesNotContain("secret"));
    assertThat(new LlmSettings.External("https://llm.example/v1", "m").warning()).isEmpty();
    assertThat(new LlmSettings.External("http://localhost:8000/v1", "m").warning()).isEmpty();
    assertThat(new LlmSettings.Simulated(List.of()).warning()).isEmpty();
  }

  @Test
  void anEndpointWhereNothingListensIsToldWithoutBeingAsked() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var there =
          new LlmSettings.External("http://127.0.0.1:%d/v1".formatted(server.getLocalPort()), "m");
      assertThat(there.unreachable()).isEmpty();
      assertThat(new LlmSettings.External("http://no_such_host:9/v1", "m").unreachable())
          .isPresent();
      server.close();
      assertThat(there.unreachable())
          .hasValueSatisfying(told -> assertThat(told).contains("LLM_FAILED"));
    }
  }

  @Test
  void anEndpointWithoutModelAndAMissingPriorAreRefused() {
    assertThatThrownBy(
            () -> LlmSettings.from(Map.of(LlmSettings.BASE_URL, "http://llm/v1"), List.of()))
        .hasMessageContaining("HYDRA_LLM_MODEL");
    assertThatThrownBy(
            () ->
                LlmSettings.from(
                    Map.of(LlmSettings.BASE_URL, "llm/v1", LlmSettings.MODEL, "m"), List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("http://host:port/v1");
    assertThatThrownBy(() -> LlmSettings.from(Map.of(), List.of(dir.resolve("none"))))
        .hasMessageContaining("no such file");
  }

  @Test
  void endpointsHoldEveryField() throws Exception {
    Endpoints endpoints =
        Endpoints.of(
            new StackPorts(
                Map.of(Component.REGISTRY, 2, Component.GATEWAY, 7),
                Map.of(Component.STREAM_PROCESSOR, 6)),
            "redis://:secret@127.0.0.1:3",
            new LlmSettings.Simulated(List.of()));
    endpoints.save(dir);

    JsonNode json = Json.read(dir.resolve("endpoints.json"), JsonNode.class);
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "bootstrapServers",
            "schemaRegistryUrl",
            "redisUrl",
            "gatewayUrl",
            "statusUrl",
            "metricsUrls",
            "llmBaseUrl",
            "llmModel",
            "flinkUrl");
    assertThat(json.get("schemaRegistryUrl").asText())
        .isEqualTo("http://127.0.0.1:2/apis/ccompat/v7");
    assertThat(json.get("gatewayUrl").asText()).isEqualTo("http://127.0.0.1:7");
    assertThat(endpoints.metricsUrls()).containsExactly("http://127.0.0.1:6/metrics");
    assertThat(Endpoints.load(dir)).contains(endpoints);
    assertThat(Files.getPosixFilePermissions(dir.resolve("endpoints.json")))
        .as("it holds a password")
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(endpoints.toString()).doesNotContain("secret");
  }

  @Test
  void withoutAStackThereAreNoEndpoints() {
    new EndpointsFile(dir).write();
    assertThatThrownBy(() -> new RunningStack(dir).endpoints())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no stack runs in");
  }

  /** A file left behind by a stack that is gone. */
  private record EndpointsFile(Path dir) {
    void write() {
      Endpoints.of(
              new StackPorts(Map.of(), Map.of()),
              "redis://127.0.0.1:0",
              new LlmSettings.Simulated(List.of()))
          .save(dir);
    }
  }
}
