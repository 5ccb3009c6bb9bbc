package io.hydra.serving;

import io.hydra.serving.llm.OpenAiOptions.TokenLimit;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** Everything that can be set, with units and defaults. Durations are ISO 8601, as PT30S. */
final class ServingOptions {
  @Option(
      names = "--bootstrap-servers",
      defaultValue = "${env:HYDRA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Kafka brokers, host:port, comma-separated (default: ${DEFAULT-VALUE}).")
  String bootstrapServers;

  @Option(
      names = "--schema-registry-url",
      defaultValue = "${env:HYDRA_SCHEMA_REGISTRY_URL:-http://127.0.0.1:8081}",
      description = "Base of the registry's Confluent API (default: ${DEFAULT-VALUE}).")
  String schemaRegistryUrl;

  @Option(
      names = "--redis-url",
      defaultValue = "${env:HYDRA_REDIS_URL:-redis://127.0.0.1:6379}",
      description = "Redis with histories, heads and recorded responses.")
  URI redisUrl;

  @Option(
      names = "--redis-timeout",
      defaultValue = "PT0.5S",
      description =
          "Bounds each question to Redis; a query goes on without (default: ${DEFAULT-VALUE}).")
  Duration redisTimeout;

  @Option(
      names = "--base",
      defaultValue = "${env:HYDRA_BASE}",
      required = true,
      description = "Folder of the trained base.")
  Path base;

  @Option(
      names = "--llm-base-url",
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      required = true,
      description =
          "OpenAI-compatible endpoint up to the version, as https://api.openai.com/v1. The key comes"
              + " from the environment: HYDRA_LLM_API_KEY.")
  String llmBaseUrl;

  @Option(
      names = "--llm-model",
      defaultValue = "${env:HYDRA_LLM_MODEL}",
      required = true,
      description = "Model name that the endpoint knows.")
  String llmModel;

  @Option(
      names = "--llm-token-limit",
      defaultValue = "${env:HYDRA_LLM_TOKEN_LIMIT:-MAX_TOKENS}",
      description =
          "Field that bounds a sample: ${COMPLETION-CANDIDATES}. OpenAI's reasoning models take only"
              + " the second, many local servers only the first (default: ${DEFAULT-VALUE}).")
  TokenLimit llmTokenLimit;

  @Option(
      names = "--llm-attempts",
      defaultValue = "3",
      description = "Calls per query at most, retries included (default: ${DEFAULT-VALUE}).")
  int llmAttempts;

  @Option(
      names = "--llm-min-attempt",
      defaultValue = "PT10S",
      description =
          "No attempt gets less time than this while the query's deadline leaves more"
              + " (default: ${DEFAULT-VALUE}).")
  Duration llmMinAttempt;

  @Option(
      names = "--max-answer-time",
      defaultValue = "PT1M",
      description = "Bounds a query whose deadline is further away (default: ${DEFAULT-VALUE}).")
  Duration maxAnswerTime;

  @Option(
      names = "--max-in-flight",
      defaultValue = "256",
      description = "Queries handled at once; polling pauses there (default: ${DEFAULT-VALUE}).")
  int maxInFlight;

  @Option(
      names = "--commit-interval",
      defaultValue = "PT0.5S",
      description = "Offsets are committed at most this often (default: ${DEFAULT-VALUE}).")
  Duration commitInterval;

  @Option(
      names = "--drain-timeout",
      defaultValue = "PT20S",
      description = "A shutdown waits this long for queries in flight (default: ${DEFAULT-VALUE}).")
  Duration drainTimeout;

  @Option(
      names = "--response-ttl",
      defaultValue = "PT1H",
      description =
          "How long a response stays recorded, to be sent again if its query is delivered again"
              + " (default: ${DEFAULT-VALUE}).")
  Duration responseTtl;

  @Option(
      names = "--reply-topic",
      description =
          "A topic that queries may name in kafka_replyTopic, beside hydra.responses; repeatable.")
  Set<String> replyTopics = new LinkedHashSet<>();

  @Option(
      names = "--io-threads",
      defaultValue = "32",
      description = "Threads that may wait for Redis or the producer (default: ${DEFAULT-VALUE}).")
  int ioThreads;
}
