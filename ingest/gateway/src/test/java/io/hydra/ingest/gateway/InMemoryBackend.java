package io.hydra.ingest.gateway;

import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.QueryRules;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A system that keeps what it is told, and answers as it is told to. */
final class InMemoryBackend implements Backend {
  static {
    RegistrySerializer.trustRecords();
  }

  final List<BehaviorEvent> events = new CopyOnWriteArrayList<>();
  final List<Query> queries = new CopyOnWriteArrayList<>();
  final List<Map<String, String>> eventHeaders = new CopyOnWriteArrayList<>();
  final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
  final AtomicInteger triedInVain = new AtomicInteger();
  volatile boolean away;
  volatile Function<Query, CompletableFuture<Response>> answers =
      query -> CompletableFuture.completedFuture(answer(query, "Good strings."));
  private final Clock clock;

  InMemoryBackend(Clock clock) {
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Void> publish(BehaviorEvent event, Map<String, String> sent) {
    Optional<String> problem = EventRules.problem(event, clock.millis());
    if (problem.isPresent()) {
      throw Refusal.ofRule(problem.get());
    }
    if (away) {
      triedInVain.incrementAndGet();
      return CompletableFuture.failedFuture(Refusal.unavailable("Kafka is away"));
    }
    events.add(event);
    eventHeaders.add(sent);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Response> ask(Query query, Map<String, String> sent) {
    Optional<String> problem = QueryRules.problem(query);
    if (problem.isPresent()) {
      throw Refusal.ofRule(problem.get());
    }
    if (away) {
      return CompletableFuture.failedFuture(Refusal.unavailable("Kafka is away"));
    }
    queries.add(query);
    headers.add(sent);
    return answers.apply(query);
  }

  static Response answer(Query query, String text) {
    return Response.newBuilder()
        .setQueryId(query.getQueryId())
        .setTenant(query.getTenant())
        .setUserId(query.getUserId())
        .setTask(query.getTask())
        .setStatus(ResponseStatus.OK)
        .setText(text)
        .setCandidates(
            List.of(
                new Candidate(text, 0.75, 5, 0.5, null),
                new Candidate("Dull.", 0.25, 3, null, null)))
        .setItems(List.of(new UsedItem("review-1", 0.9)))
        .setHistoryVersion(7)
        .setHeadVersion(6)
        .setBaseVersion("base-1")
        .setLlm("simulated")
        .setLlmCalls(1)
        .setPromptTokens(100)
        .setCompletionTokens(20)
        .setAnsweredAt(Instant.parse("2026-01-01T00:00:01Z"))
        .build();
  }

  static Response failure(Query query, ResponseStatus status, String reason) {
    return Response.newBuilder(answer(query, "none"))
        .setStatus(status)
        .setReason(reason)
        .setText(null)
        .setCandidates(List.of())
        .setItems(List.of())
        .build();
  }
}
