package io.hydra.infra.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The answer of a component's ops server.
 *
 * @param reasons not to be ready
 * @param canary null of those that run none
 */
record Readiness(boolean ready, List<String> reasons, Canary canary) {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The gateway's canary: since when it has passed, and how often it goes, in seconds. */
  record Canary(long passedAgo, long interval) {}

  /** Asks all at once; by component, without those that do not answer in time. */
  static Map<String, Readiness> ask(List<String> metricsUrls) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    Map<String, Readiness> readiness = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (String metrics : metricsUrls) {
      URI status = URI.create(metrics).resolve("/status");
      HttpRequest request = HttpRequest.newBuilder(status).timeout(PATIENCE).build();
      asked.add(
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .thenAccept(answer -> add(answer.body(), readiness))
              .exceptionally(unanswered -> null));
    }
    asked.forEach(CompletableFuture::join);
    return readiness;
  }

  private static void add(String page, Map<String, Readiness> readiness) {
    try {
      JsonNode status = Json.parse(page, JsonNode.class);
      List<String> reasons = new ArrayList<>();
      status.path("notReady").forEach(reason -> reasons.add(reason.asText()));
      readiness.put(
          status.path("service").asText(),
          new Readiness(status.path("ready").asBoolean(), reasons, canary(status.path("numbers"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Canary canary(JsonNode numbers) {
    JsonNode age = numbers.path("hydra_canary_passed_age_seconds.value");
    return age.isMissingNode()
        ? null
        : new Canary(age.asLong(), numbers.path("hydra_canary_interval_seconds.value").asLong());
  }
}
