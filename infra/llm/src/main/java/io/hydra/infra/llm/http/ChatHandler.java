package io.hydra.infra.llm.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.hydra.infra.llm.fault.Faults;
import io.hydra.infra.llm.fault.Faults.Fault;
import io.hydra.infra.llm.http.Json.Exchanges;
import io.hydra.infra.llm.http.LlmServer.HungCalls;
import io.hydra.infra.llm.http.LlmServer.Stats;
import io.hydra.infra.llm.model.Models;
import io.hydra.infra.llm.model.SimulatedModel.Sampling;
import io.hydra.infra.llm.prompt.Prompt.Message;
import io.hydra.infra.llm.text.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  /** Answers later without holding a thread: a slow LLM with many calls in flight is the rule. */
  static final class Delays {
    private final ScheduledExecutorService timer;
    private final Executor workers;

    Delays(ScheduledExecutorService timer, Executor workers) {
      this.timer = timer;
      this.workers = workers;
    }

    void run(HttpExchange exchange, long delayMs, Exchanges.Step step) {
      if (delayMs <= 0) {
        Exchanges.guard(exchange, step);
        return;
      }
      var unused =
          timer.schedule(
              () -> workers.execute(() -> Exchanges.guard(exchange, step)),
              delayMs,
              TimeUnit.MILLISECONDS);
    }
  }

  /** An answer in OpenAI's form, with its token counts (see {@link Words#tokenCount}). */
  record Completion(String model, List<Choice> choices, int promptTokens, int completionTokens) {
    record Choice(String text, boolean complete) {}

    static Completion of(
        String model, List<Message> messages, List<String> answers, int maxTokens) {
      List<Choice> choices = new ArrayList<>();
      int completionTokens = 0;
      for (String answer : answers) {
        String text = Words.firstTokens(answer, maxTokens);
        choices.add(new Choice(text, text.length() == answer.length()));
        completionTokens += Words.tokenCount(text);
      }
      int promptTokens = messages.stream().mapToInt(m -> Words.tokenCount(m.content())).sum();
      return new Completion(model, choices, promptTokens, completionTokens);
    }

    ObjectNode toJson(String id, long createdSeconds) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("id", id).put("object", "chat.completion").put("created", createdSeconds);
      body.put("model", model);
      ArrayNode array = body.putArray("choices");
      for (int i = 0; i < choices.size(); i++) {
        ObjectNode choice = array.addObject().put("index", i);
        choice
            .putObject("message")
            .put("role", "assistant")
            .put("content", choices.get(i).text())
            .putNull("refusal");
        choice
            .putNull("logprobs")
            .put("finish_reason", choices.get(i).complete() ? "stop" : "length");
      }
      body.putObject("usage")
          .put("prompt_tokens", promptTokens)
          .put("completion_tokens", completionTokens)
          .put("total_tokens", promptTokens + completionTokens);
      return body.put("system_fingerprint", Models.PLAIN);
    }
  }
}
