package io.hydra.serving;

import io.hydra.llm.RetryPolicy;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.runtime.retry.Backoff;
import io.hydra.serving.consume.LoopOptions;
import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import io.hydra.serving.policy.Policies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of serving, with units and defaults. Durations are {@code 500ms} or ISO 8601. */
final class ServingOptions {
  private static final int MAX_SPAN = 20_000;

  @Mixin ConnectionOptions connections;

  @Option(
      names = "--redis-timeout",
      defaultValue = "${env:HYDRA_SERVING_REDIS_TIMEOUT:-500ms}",
      description =
          "Bounds each question to Redis; a query goes on without (default: ${DEFAULT-VALUE}).")
  Duration redisTimeout;

  @Option(
      names = "--base",
      defaultValue = "${env:HYDRA_BASE}",
      required = true,
      arity = "1",
      split = ",",
      paramLabel = "DIR",
      description =
          "Folder of the trained base. With a second one behind a comma, and no more, hydra base"
              + " says which of them answers a tenant, without a restart; the first where it says"
              + " nothing.")
  List<Path> base;

  @Option(
      names = "--llm-base-url",
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      required = true,
      description =
          "OpenAI-compatible endpoint up to the version, as https://api.openai.com/v1, with"
              + " ?api-version= for Azure. The key comes from the environment: HYDRA_LLM_API_KEY."
              + " An address that holds a secret belongs there too: a command line can be read by"
              + " all.")
  String llmBaseUrl;

  @Option(
      names = "--llm-model",
      defaultValue = "${env:HYDRA_LLM_MODEL}",
      required = true,
      description = "Model name that the endpoint knows.")
  String llmModel;

  @Option(
      names = "--llm-attempts",
      defaultValue = "${env:HYDRA_LLM_ATTEMPTS:-3}",
      description = "How often a call is tried at most (default: ${DEFAULT-VALUE}).")
  int llmAttempts;

  @Option(
      names = "--save-calls",
      defaultValue = "${env:HYDRA_SERVING_SAVE_CALLS}",
      split = ",",
      paramLabel = "TASK=LOSS",
      description =
          "Answer this closed task's questions without the LLM where the head is so certain that"
              + " asking is expected to save less than this loss, by the task's metric: of labels"
              + " in wrong answers, as 0.03; of ratings in errors, by MAE_AND_RMSE with their"
              + " squares. One such question in twenty is asked all the same. Default: every"
              + " question is asked.")
  Map<String, Double> saveCalls = new LinkedHashMap<>();

  @Option(
      names = "--llm-min-attempt",
      defaultValue = "${env:HYDRA_LLM_MIN_ATTEMPT:-10s}",
      description =
          "An attempt gets half of the time left before the query's deadline, so that one that"
              + " hangs leaves time for another; all of it where half would be less than this,"
              + " which suits a slow LLM (default: ${DEFAULT-VALUE}).")
  Duration llmMinAttempt;

  @Option(
      names = "--llm-hedge-after",
      defaultValue = "${env:HYDRA_LLM_HEDGE_AFTER}",
      paramLabel = "TIME",
      description =
          "Make the second attempt beside one that has taken so long, and take the first answer:"
              + " for an LLM that is now and then slow. Both may be paid for, and only the answer"
              + " tells its tokens. Default: an attempt waits until the one before has ended.")
  Duration llmHedgeAfter;

  @Option(
      names = "--max-answer-time",
      defaultValue = "${env:HYDRA_SERVING_MAX_ANSWER_TIME:-1min}",
      description =
          "Bounds a query whose deadline is further away, from when it is read (default:"
              + " ${DEFAULT-VALUE}).")
  Duration maxAnswerTime;

  @Option(
      names = "--policies",
      defaultValue = "${env:HYDRA_SERVING_POLICIES}",
      paramLabel = "FILE",
      description =
          "YAML file of what each tenant may ask and spend, read again when it changes. Default:"
              + " nobody is bounded, and nothing is counted.")
  Path policies;

  @Option(
      names = "--max-in-flight",
      defaultValue = "${env:HYDRA_SERVING_MAX_IN_FLIGHT:-256}",
      description = "Queries handled at once; one of a user at a time (default: ${DEFAULT-VALUE}).")
  int maxInFlight;

  @Option(
      names = "--max-waiting-per-user",
      defaultValue = "${env:HYDRA_SERVING_MAX_WAITING_PER_USER:-16}",
      description =
          "Queries of one user that may wait for their turn; others are answered OVERLOADED at once"
              + " (default: ${DEFAULT-VALUE}).")
  int maxWaitingPerUser;

  @Option(
      names = "--max-waiting-per-tenant",
      defaultValue = "${env:HYDRA_SERVING_MAX_WAITING_PER_TENANT:-2048}",
      description =
          "Queries of one tenant that may wait for their turn; others are answered OVERLOADED at"
              + " once. Twice as many may wait in all: then no more are read (default:"
              + " ${DEFAULT-VALUE}).")
  int maxWaitingPerTenant;

  @Option(
      names = "--commit-interval",
      defaultValue = "${env:HYDRA_SERVING_COMMIT_INTERVAL:-500ms}",
      description = "Offsets are committed at most this often (default: ${DEFAULT-VALUE}).")
  Duration commitInterval;

  @Option(
      names = "--drain-timeout",
      defaultValue = "${env:HYDRA_SERVING_DRAIN_TIMEOUT:-20s}",
      description = "A shutdown waits this long for queries in flight (default: ${DEFAULT-VALUE}).")
  Duration drainTimeout;

  @Option(
      names = "--response-ttl",
      defaultValue = "${env:HYDRA_SERVING_RESPONSE_TTL:-1h}",
      description =
          "How long a response stays recorded, to be sent again if its query is delivered again"
              + " (default: ${DEFAULT-VALUE}).")
  Duration responseTtl;

  @Option(
      names = "--reply-topic",
      split = ",",
      defaultValue = "${env:HYDRA_SERVING_REPLY_TOPIC}",
      description =
          "A topic that queries may name in kafka_replyTopic, beside hydra.responses; repeatable,"
              + " or comma-separated.")
  Set<String> replyTopics = new LinkedHashSet<>();

  @Option(
      names = "--io-threads",
      defaultValue = "${env:HYDRA_SERVING_IO_THREADS:-32}",
      description = "Threads that may wait for Redis or the producer (default: ${DEFAULT-VALUE}).")
  int ioThreads;

  /** The bounds of the loop. What waits may take an eighth of the heap. */
  LoopOptions loop(Supplier<Policies> policies) {
    int total = 2 * maxWaitingPerTenant;
    long bytes = Runtime.getRuntime().maxMemory() / 8;
    WaitingBounds waiting =
        new WaitingBounds(maxWaitingPerUser, maxWaitingPerTenant, bytes / 2, total, bytes);
    return new LoopOptions(
        maxInFlight,
        waiting,
        tenant -> {
          Integer own = policies.get().of(tenant).concurrency();
          return own == null ? Integer.MAX_VALUE : own;
        },
        Math.max(MAX_SPAN, total),
        commitInterval,
        drainTimeout);
  }

  /** The attempts at a call. */
  RetryPolicy retries(Backoff backoff) {
    return new RetryPolicy(
        llmAttempts,
        llmMinAttempt,
        maxAnswerTime,
        llmHedgeAfter,
        maxAnswerTime,
        backoff,
        "a larger --llm-min-attempt (HYDRA_LLM_MIN_ATTEMPT) or a later deadline gives it longer");
  }
}
