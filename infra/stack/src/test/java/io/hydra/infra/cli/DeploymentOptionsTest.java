package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The one order in which a command finds the system that it acts on. */
class DeploymentOptionsTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "HYDRA_BOOTSTRAP_SERVERS", "env:9092",
          "HYDRA_SCHEMA_REGISTRY_URL", "http://env:8081",
          "HYDRA_REDIS_URL", "redis://:envsecret@env:6379",
          "HYDRA_KAFKA_PROPERTIES", "env.properties");

  private final StringWriter err = new StringWriter();
  @TempDir Path dir;
  private Path file;

  @Command(name = "test")
  static final class TestCommand implements Runnable {
    @Mixin private DeploymentOptions where;

    @Override
    public void run() {}
  }

  @BeforeEach
  void writeEndpoints() throws IOException {
    file =
        Files.writeString(
            dir.resolve("theirs.json"),
            """
            {"bootstrapServers": "file:9092", "schemaRegistryUrl": "http://file:8081",
             "redisUrl": "redis://:filesecret@file:6379", "flinkUrl": null}\
            """);
  }

  @Test
  void whatIsTypedComesFirstThenTheFileThenTheEnvironment() {
    assertThat(
            resolve(
                VARIABLES,
                "--endpoints=" + file,
                "--bootstrap-servers=typed:9092",
                "--schema-registry-url=http://typed:8081"))
        .isEqualTo(
            new Parts("typed:9092", "http://typed:8081", "redis://:filesecret@file:6379", null));
    assertThat(resolve(VARIABLES, "--redis-url=redis://typed:6379"))
        .isEqualTo(
            new Parts("env:9092", "http://env:8081", "redis://typed:6379", "env.properties"));
    assertThat(resolve(VARIABLES))
        .isEqualTo(
            new Parts(
                "env:9092", "http://env:8081", "redis://:envsecret@env:6379", "env.properties"));
  }

  @Test
  void variablesOfOtherBrokersLendNeitherTheirRedisNorTheirSecrets() {
    String[] typed = {"--bootstrap-servers=typed:9092", "--schema-registry-url=http://typed:8081"};
    assertThat(resolve(VARIABLES, typed))
        .isEqualTo(new Parts("typed:9092", "http://typed:8081", null, null));
    Map<String, String> secretsAlone =
        Map.of(
            "HYDRA_REDIS_URL", "redis://:envsecret@env:6379",
            "HYDRA_KAFKA_PROPERTIES", "env.properties");
    assertThat(resolve(secretsAlone, typed))
        .isEqualTo(
            new Parts(
                "typed:9092",
                "http://typed:8081",
                "redis://:envsecret@env:6379",
                "env.properties"));
  }

  @Test
  void whatNobodyNamesIsMissedByWhoNeedsItWithTheRemedy() {
    Deployment redisAlone = deployment(Map.of(), "--redis-url=redis://typed:6379");
    assertThat(redisAlone.redis().toString()).isEqualTo("redis://typed:6379");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(redisAlone::kafka)
        .withMessageContaining("no brokers are named: add --bootstrap-servers");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(deployment(Map.of(), "--kafka-properties=some.properties")::kafka)
        .withMessageContaining("no brokers are named");
    Deployment kafkaAlone =
        deployment(
            Map.of(), "--bootstrap-servers=typed:9092", "--schema-registry-url=http://typed:8081");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(kafkaAlone::redis)
        .withMessageContaining("HYDRA_REDIS_URL");
  }

  @Test
  void brokersWithoutTheirRegistryAreRefusedWhoeverNamesThem() throws IOException {
    assertRefused(
        Map.of(),
        "--bootstrap-servers is given without --schema-registry-url",
        "--bootstrap-servers=typed:9092");
    assertRefused(
        VARIABLES,
        "--schema-registry-url is given without --bootstrap-servers",
        "--schema-registry-url=http://typed:8081");
    assertRefused(
        Map.of("HYDRA_BOOTSTRAP_SERVERS", "env:9092"),
        "HYDRA_BOOTSTRAP_SERVERS is given without HYDRA_SCHEMA_REGISTRY_URL");
    Files.writeString(file, "{\"bootstrapServers\": \"file:9092\"}");
    assertRefused(VARIABLES, "without schemaRegistryUrl in " + file, "--endpoints=" + file);
  }

  @Test
  void aFolderAndAnotherSystemAtOnceAreRefused() {
    assertRefused(Map.of(), "choose one", "--dir=" + dir, "--redis-url=redis://typed:6379");
  }

  @Test
  void aUrlOfRedisThatIsNoneIsRefusedWithoutItsText() {
    assertRefused(Map.of(), "--redis-url: ", "--redis-url=secret");
    assertThat(err.toString()).doesNotContain("=secret");
  }

  @Test
  void aFileThatHoldsNoEndpointsIsToldByItsName() throws IOException {
    Files.writeString(file, "no JSON");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> deployment(Map.of(), "--endpoints=" + file))
        .withMessageContaining(file + " cannot be read as endpoints");
  }

  @Test
  void withoutAnyNameOrStackBothWaysAreTold() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> deployment(Map.of()))
        .withMessageContaining("start one with hydra up, or name another deployment");
  }

  @Test
  void aFolderThatIsNamedIsNotLeftForTheEnvironment() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> deployment(VARIABLES, "--dir=" + dir))
        .withMessageContaining("no stack runs in " + dir);
  }

  @Test
  void theEnvironmentDoesNotLeadAwayFromARunningStackAndALineSaysSo() throws IOException {
    ManagedProcess broker = pretendAStackRuns();
    try {
      Deployment stack = deployment(VARIABLES);
      assertThat(stack.bootstrapServers()).isEqualTo("stack:9092");
      assertThat(stack.kafkaProperties()).isNull();
      assertThat(stack.stack()).isPresent();
      assertThat(err.toString()).contains("acting on the stack in " + dir.resolve(".hydra"));
      assertThat(resolve(VARIABLES, "--endpoints=" + file).servers()).isEqualTo("file:9092");
    } finally {
      broker.kill();
    }
  }

  @Test
  void aProgramIsPointedAtTheDeploymentAlone() {
    Map<String, String> environment = new HashMap<>(VARIABLES);
    environment.put("OTHER", "kept");
    deployment(Map.of(), "--endpoints=" + file).applyTo(environment);
    assertThat(environment)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "HYDRA_BOOTSTRAP_SERVERS", "file:9092",
                "HYDRA_SCHEMA_REGISTRY_URL", "http://file:8081",
                "HYDRA_REDIS_URL", "redis://:filesecret@file:6379",
                "OTHER", "kept"));
  }

  @Test
  void whatIsChangedIsNamedWithoutItsPasswords() {
    StringWriter said = new StringWriter();
    deployment(Map.of(), "--endpoints=" + file)
        .announce("forgetting in", new PrintWriter(said, true));
    assertThat(said.toString().strip())
        .isEqualTo("forgetting in Kafka file:9092, Redis redis://:***@file:6379");
  }

  @Test
  void aMalformedUrlOfRedisDoesNotHinderWhoNeedsNone() {
    StringWriter said = new StringWriter();
    Map<String, String> environment = new HashMap<>(VARIABLES);
    environment.put("HYDRA_REDIS_URL", "secret");
    Deployment found = deployment(environment);
    found.announce("creating what is missing in", new PrintWriter(said, true));
    assertThat(said.toString().strip())
        .isEqualTo("creating what is missing in Kafka env:9092, Redis by a malformed URL");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(found::redis)
        .withMessageStartingWith("the URL of Redis: ");
  }

  /** A process with its record, and the endpoints beside it. */
  private ManagedProcess pretendAStackRuns() throws IOException {
    Path stack = Files.createDirectories(dir.resolve(".hydra"));
    Files.writeString(
        stack.resolve("endpoints.json"),
        "{\"bootstrapServers\":\"stack:9092\",\"schemaRegistryUrl\":\"http://stack:8081\","
            + "\"redisUrl\":\"redis://stack:6379\"}");
    return new ProcessStarter(stack, new RunDirectory(stack.resolve("run")), Clock.systemUTC())
        .start("broker", List.of("sleep", "60"), Map.of(), Set.of());
  }

  private record Parts(String servers, String registry, String redis, String properties) {}

  private Parts resolve(Map<String, String> environment, String... words) {
    Deployment found = deployment(environment, words);
    return new Parts(
        found.bootstrapServers(),
        found.registryUrl(),
        found.redisUrl(),
        Objects.toString(found.kafkaProperties(), null));
  }

  private Deployment deployment(Map<String, String> environment, String... words) {
    TestCommand command = new TestCommand();
    CommandLine line = new CommandLine(command).setErr(new PrintWriter(err, true));
    var unused = line.parseArgs(words);
    System.setProperty("hydra.home", dir.toString());
    try {
      return command.where.deployment(environment);
    } finally {
      System.clearProperty("hydra.home");
    }
  }

  private void assertRefused(Map<String, String> environment, String why, String... words) {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> deployment(environment, words))
        .withMessageContaining(why);
  }
}
