package io.hydra.infra.cli;

import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.RunningStack;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisUrl;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options that say which deployment a command acts on; a picocli mixin.
 *
 * <ol>
 *   <li>Options that name a part of it, or {@code --endpoints}: never a stack in a folder then.
 *       What the options leave open comes from the file, and what that leaves open from the
 *       environment, which is where a password belongs. Kafka and its registry count as one part:
 *       the schema ids of one registry mean something else to another.
 *   <li>{@code --dir}: the stack in that folder.
 *   <li>The stack that runs in the usual folder. The environment does not lead away from it:
 *       variables that were set for a service must not turn a {@code forget} meant for this stack
 *       against another system. A line says so.
 *   <li>The environment.
 * </ol>
 */
final class DeploymentOptions {
  private static final String SERVERS = "--bootstrap-servers";
  private static final String REGISTRY = "--schema-registry-url";
  private static final List<String> NAMES =
      List.of(Endpoints.BOOTSTRAP_SERVERS, Endpoints.SCHEMA_REGISTRY_URL, Endpoints.REDIS_URL);

  /** Brokers with their registry. */
  private record Kafka(String servers, String registry) {}

  @Mixin private StackFolder folder;

  @Option(
      names = "--endpoints",
      paramLabel = "FILE",
      description =
          "Act on the deployment that this file names: {\"bootstrapServers\","
              + " \"schemaRegistryUrl\", \"redisUrl\"} in JSON, as hydra up writes it. The options"
              + " below replace single parts. Default: the stack that runs in --dir, or, if none"
              + " runs there and --dir is not given, the deployment that HYDRA_BOOTSTRAP_SERVERS,"
              + " HYDRA_SCHEMA_REGISTRY_URL and HYDRA_REDIS_URL name")
  private Path endpoints;

  @Option(
      names = SERVERS,
      paramLabel = "HOST:PORT",
      description = "Kafka brokers, comma-separated; together with " + REGISTRY)
  private String bootstrapServers;

  @Option(
      names = REGISTRY,
      paramLabel = "URL",
      description = "Base of the registry's Confluent API; together with " + SERVERS)
  private String registryUrl;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      description =
          "Redis, as HYDRA_REDIS_URL names it too, where a password is not on the command line")
  private String redisUrl;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description =
          "Properties of Kafka's clients and the registry's, such as security.protocol. Default:"
              + " HYDRA_KAFKA_PROPERTIES; the embedded stack needs none")
  private Path kafkaProperties;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private boolean withoutRegistry;

  /** The folder of the embedded stack, whether one runs there or not. */
  StackFolder folder() {
    return folder;
  }

  /**
   * Resolves the deployment in this process's environment.
   *
   * @throws CommandLine.ParameterException if options contradict each other
   * @throws UserException if nothing names a deployment, or what names it cannot be read
   */
  Deployment deployment() {
    return deployment(System.getenv());
  }

  /**
   * As {@link #deployment()}, for what needs no schema: brokers may be named without a registry.
   */
  Deployment brokers() {
    withoutRegistry = true;
    return deployment();
  }

  Deployment deployment(Map<String, String> environment) {
    return elsewhere(environment).orElseGet(() -> embedded(folder.running()));
  }

  /**
   * Resolves the deployment unless it is the stack in the folder; empty then, whether one runs
   * there or not. Throws as {@link #deployment()}.
   */
  Optional<Deployment> elsewhere(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.values().removeIf(String::isBlank);
    Kafka typed = pair(SERVERS, bootstrapServers, REGISTRY, registryUrl);
    requireReadable(redisUrl);
    boolean inFolder = StackFolder.isGiven(command);
    if (typed != null || endpoints != null || redisUrl != null || kafkaProperties != null) {
      if (inFolder) {
        throw wrong("--dir names an embedded stack, and other options another system: choose one");
      }
      return Optional.of(named(typed, variables));
    }
    if (inFolder || NAMES.stream().noneMatch(variables::containsKey)) {
      return Optional.empty();
    }
    if (!folder.running().isAlive()) {
      return Optional.of(named(null, variables));
    }
    command
        .commandLine()
        .getErr()
        .printf(
            "acting on the stack in %s, not on what HYDRA_* variables name: --endpoints leads"
                + " elsewhere%n",
            folder.dir());
    return Optional.empty();
  }

  private static Deployment embedded(RunningStack stack) {
    try {
      return Deployment.of(stack);
    } catch (UserException none) {
      if (stack.isAlive()) {
        throw none;
      }
      throw new UserException(
          none.getMessage() + ", or name another deployment with --endpoints FILE", none);
    }
  }

  private Deployment named(Kafka typed, Map<String, String> variables) {
    Endpoints file = endpoints == null ? null : Endpoints.read(endpoints);
    Kafka kafka = typed;
    if (kafka == null && file != null) {
      kafka =
          pair(
              "bootstrapServers in " + endpoints,
              file.bootstrapServers(),
              "schemaRegistryUrl in " + endpoints,
              file.schemaRegistryUrl());
    }
    String serversOfVariables = variables.get(Endpoints.BOOTSTRAP_SERVERS);
    if (kafka == null) {
      kafka =
          pair(
              Endpoints.BOOTSTRAP_SERVERS,
              serversOfVariables,
              Endpoints.SCHEMA_REGISTRY_URL,
              variables.get(Endpoints.SCHEMA_REGISTRY_URL));
    }
    // Variables that name other brokers are about another system, its Redis and secrets too.
    boolean ofAnother =
        serversOfVariables != null && kafka != null && !kafka.servers().equals(serversOfVariables);
    Map<String, String> matching = ofAnother ? Map.of() : variables;
    String redis = redisUrl;
    if (redis == null && file != null) {
      redis = file.redisUrl();
    }
    if (redis == null) {
      redis = matching.get(Endpoints.REDIS_URL);
    }
    Path properties = kafkaProperties;
    if (properties == null && matching.containsKey(Endpoints.KAFKA_PROPERTIES)) {
      properties = Path.of(matching.get(Endpoints.KAFKA_PROPERTIES));
    }
    return new Deployment(
        kafka == null ? null : kafka.servers(),
        kafka == null ? null : kafka.registry(),
        redis,
        properties,
        Optional.empty());
  }

  /** Null if neither is given. */
  private Kafka pair(String serversName, String servers, String registryName, String registry) {
    if (withoutRegistry && servers != null) {
      return new Kafka(servers, registry == null ? "" : registry);
    }
    if ((servers == null) != (registry == null)) {
      throw wrong(
          "%s is given without %s: schema ids of one registry mean something else to another, so name both"
              .formatted(
                  servers == null ? registryName : serversName,
                  servers == null ? serversName : registryName));
    }
    return servers == null ? null : new Kafka(servers, registry);
  }

  private void requireReadable(String typedRedisUrl) {
    try {
      if (typedRedisUrl != null) {
        RedisUrl unused = RedisUrl.parse(typedRedisUrl);
      }
    } catch (IllegalArgumentException e) {
      throw wrong("--redis-url: " + e.getMessage());
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(command.commandLine(), message);
  }
}
