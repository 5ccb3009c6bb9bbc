package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.infra.stack.Endpoints;
import io.hydra.ingest.HydraConnection;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.schemas.redis.client.RedisUrl;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The system that a command talks to: the one that its connection options name, if one of them is
 * given, or else the stack in its folder.
 */
record Target(KafkaConnection kafka, RedisUrl redisUrl) {
  private static final List<String> OPTIONS =
      List.of("--bootstrap-servers", "--kafka-properties", "--schema-registry-url", "--redis-url");

  /**
   * @throws StackException if none is named and no stack runs in the folder
   */
  static Target of(CommandSpec command, ConnectionOptions named, StackFolder folder) {
    return isNamed(command)
        ? new Target(named.kafka(), named.redisUrl())
        : of(folder.running().endpoints());
  }

  /** A stack's own Kafka and registry ask for nothing: no properties of other clusters apply. */
  static Target of(Endpoints endpoints) {
    return new Target(
        KafkaConnection.open(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl()),
        RedisUrl.parse(endpoints.redisUrl()));
  }

  /** True if the command line names a system. */
  static boolean isNamed(CommandSpec command) {
    return OPTIONS.stream().anyMatch(command.commandLine().getParseResult()::hasMatchedOption);
  }

  /** The connection options that the command line has, with their values as they were typed. */
  static List<String> words(CommandSpec command) {
    return OPTIONS.stream()
        .map(name -> command.commandLine().getParseResult().matchedOption(name))
        .filter(Objects::nonNull)
        .flatMap(option -> words(option).stream())
        .toList();
  }

  private static List<String> words(OptionSpec option) {
    return List.of(option.longestName(), option.originalStringValues().get(0));
  }

  HydraConnection connection() {
    return new HydraConnection(kafka.bootstrapServers(), kafka.registryUrl(), kafka.properties());
  }
}
