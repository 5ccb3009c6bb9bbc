package io.hydra.infra.llm.http;

import com.sun.net.httpserver.HttpExchange;
import io.hydra.infra.llm.fault.Fault;
import io.hydra.infra.llm.fault.Faults;
import io.hydra.infra.llm.model.Models;
import io.hydra.infra.llm.model.Sampling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** POST /v1/chat/completions. */
final class ChatHandler {
  private static final byte[] GARBAGE =
      "<html><body>upstream said something else</body>".getBytes(StandardCharsets.UTF_8);

  private final Models models;
  private final Faults faults;
  private final Stats stats;
  private final Clock clock;
  private final long seed;
  private final Delays delays;
  private final HungCalls hung;
  private final AtomicLong ids = new AtomicLong();

  ChatHandler(
      Models models,
      Faults faults,
      Stats stats,
      Clock clock,
      long seed,
      Delays delays,
      HungCalls hung) {
    this.models = models;
    this.faults = faults;
    this.stats = stats;
    this.clock = clock;
    this.seed = seed;
    this.delays = delays;
    this.hung = hung;
  }

  void handle(HttpExchange exchange) throws IOException, ApiException {
    ChatRequest request = ChatRequest.parse(Json.read(exchange));
    Models.Named model = model(request.model());
    Fault fault = faults.next();
    if (fault.kind() == Fault.Kind.HANG) {
      hung.hold(exchange);
      return;
    }
    delays.run(exchange, fault.delayMs(), () -> answer(exchange, model, request, fault.kind()));
  }

  private Models.Named model(String requested) throws ApiException {
    return models
        .find(requested)
        .orElseThrow(
            () ->
                ApiException.of(
                    404,
                    "invalid_request_error",
                    "model_not_found",
                    "no such model; there are " + String.join(", ", models.ids())));
  }

  private void answer(
      HttpExchange exchange, Models.Named model, ChatRequest request, Fault.Kind fault)
      throws IOException, ApiException {
    switch (fault) {
      case TOO_MANY_REQUESTS -> {
        exchange
            .getResponseHeaders()
            .set("Retry-After", Long.toString(faults.settings().retryAfterSeconds()));
        throw ApiException.of(429, "requests", "rate_limit_exceeded", "simulated rate limit");
      }
      case SERVER_ERROR ->
          throw ApiException.of(500, "server_error", "internal_error", "simulated server error");
      case GARBAGE -> {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        Json.sendBytes(exchange, 200, GARBAGE);
      }
      case NONE, FEWER_CHOICES -> complete(exchange, model, request, fault);
      case HANG -> throw new IllegalStateException("a hung call is not answered");
    }
  }

  private void complete(
      HttpExchange exchange, Models.Named model, ChatRequest request, Fault.Kind fault)
      throws IOException {
    int n = fault == Fault.Kind.FEWER_CHOICES ? Math.max(1, request.n() / 2) : request.n();
    List<String> answers =
        model
            .model()
            .answer(
                request.messages(),
                new Sampling(n, request.temperature(), request.seed().orElse(seed)));
    Completion completion =
        Completion.of(model.id(), request.messages(), answers, request.maxTokens());
    stats.count(completion);
    String id = "chatcmpl-simulated-" + ids.incrementAndGet();
    Json.send(exchange, 200, completion.toJson(id, clock.instant().getEpochSecond()));
  }
}
