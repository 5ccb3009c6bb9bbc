package io.hydra.infra.cli;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.runtime.service.Threads;
import io.hydra.runtime.text.Counts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * The answer of a component: its ops server's or, of registry and Redis, which have none, that to a
 * question of theirs.
 *
 * @param reasons not to be ready
 * @param waitingFor dependencies that are away, and since when
 * @param canary null of those that run none
 * @param llm null of those that ask none
 * @param metricsUrl null of those that have no ops server
 */
record Readiness(
    boolean ready,
    List<String> reasons,
    List<String> waitingFor,
    Canary canary,
    Llm llm,
    String metricsUrl) {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The readiness of a component that runs and says nothing in time. */
  static final Readiness SILENT =
      new Readiness(false, List.of(Part.SILENT), List.of(), null, null, null);

  /**
   * The gateway's canary.
   *
   * @param passedAgo seconds; null if it has not passed since the gateway started
   * @param interval of its rounds, in seconds
   */
  record Canary(Long passedAgo, long interval) {}

  /** Since serving started: calls of the LLM, and requests that it gave no reply to. */
  record Llm(long calls, long failures) {}

  /** Asks all at once; by component, without the ops servers that do not answer in time. */
  static Map<String, Readiness> ask(Deployment stack, List<String> metricsUrls) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    Map<String, Readiness> readiness = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (String metrics : metricsUrls) {
      URI status = URI.create(metrics).resolve("/status");
      HttpRequest request = HttpRequest.newBuilder(status).timeout(PATIENCE).build();
      asked.add(
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .thenAccept(answer -> add(metrics, answer.body(), readiness))
              .exceptionally(unanswered -> null));
    }
    List<Supplier<Part>> others =
        List.of(() -> Part.registry(stack.kafka()), () -> Part.redis(stack.redis()));
    // The common pool has one thread on two cores: a registry that hangs would keep Redis waiting.
    ExecutorService threads = Threads.pool("status", others.size());
    try {
      for (Supplier<Part> other : others) {
        asked.add(supplyAsync(other, threads).thenAccept(part -> add(part, readiness)));
      }
      asked.forEach(CompletableFuture::join);
      return readiness;
    } finally {
      threads.shutdown();
    }
  }

  private static void add(Part part, Map<String, Readiness> readiness) {
    List<String> reasons = part.trouble() == null ? List.of() : List.of(part.trouble());
    readiness.put(
        part.name(), new Readiness(reasons.isEmpty(), reasons, List.of(), null, null, null));
  }

  private static void add(String metricsUrl, String page, Map<String, Readiness> readiness) {
    try {
      JsonNode status = Json.parse(page, JsonNode.class);
      readiness.put(status.path("service").asText(), of(metricsUrl, status));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param status as a service tells it under {@code /status}
   */
  static Readiness of(String metricsUrl, JsonNode status) {
    List<String> reasons = new ArrayList<>();
    status.path("notReady").forEach(reason -> reasons.add(reason.asText()));
    List<String> waitingFor = new ArrayList<>();
    for (JsonNode outage : status.path("waitingFor")) {
      waitingFor.add(
          "%s since %s (%s)"
              .formatted(
                  outage.path("dependency").asText(),
                  Instant.parse(outage.path("since").asText()).truncatedTo(ChronoUnit.SECONDS),
                  Counts.of(outage.path("failedAttempts").asLong(), "failed attempt")));
    }
    return new Readiness(
        status.path("ready").asBoolean(),
        reasons,
        waitingFor,
        canary(status.path("numbers")),
        llm(status.path("numbers")),
        metricsUrl);
  }

  private static Canary canary(JsonNode numbers) {
    JsonNode age = numbers.path("hydra_canary_passed_age_seconds.value");
    return age.isMissingNode()
        ? null
        : new Canary(
            // Before the first, the age counts from the start.
            numbers.path("hydra_canary_rounds{outcome=passed}.count").asLong() == 0
                ? null
                : Long.valueOf(age.asLong()),
            numbers.path("hydra_canary_interval_seconds.value").asLong());
  }

  private static Llm llm(JsonNode numbers) {
    JsonNode calls = numbers.path("hydra_serving_llm_calls.count");
    if (calls.isMissingNode()) {
      return null;
    }
    long failures = 0;
    for (Map.Entry<String, JsonNode> number : numbers.properties()) {
      if (number.getKey().startsWith("hydra_serving_llm_failures{")) {
        failures += number.getValue().asLong();
      }
    }
    return new Llm(calls.asLong(), failures);
  }
}
