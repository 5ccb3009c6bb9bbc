package io.hydra.infra.llm;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.net.httpserver.HttpExchange;
import io.hydra.infra.llm.Faults.Fault;
import io.hydra.infra.llm.Json.ApiException;
import io.hydra.infra.llm.model.SimulatedModel.Models;
import io.hydra.infra.llm.model.SimulatedModel.Sampling;
import io.hydra.infra.llm.model.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** POST /v1/chat/completions. */
final class ChatHandler implements AutoCloseable {
  private static final int MOST_HUNG = 256;
  private static final byte[] GARBAGE =
      "<html><body>upstream said something else</body>".getBytes(StandardCharsets.UTF_8);

  private final Models models;
  private final Faults faults;
  private final Clock clock;
  private final long seed;
  private final Executor workers;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Deque<HttpExchange> hung = new ArrayDeque<>();
  private final AtomicLong ids = new AtomicLong();
  private final LongAdder calls = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder completionTokens = new LongAdder();

  ChatHandler(Models models, Faults faults, Clock clock, long seed, Executor workers) {
    this.models = models;
    this.faults = faults;
    this.clock = clock;
    this.seed = seed;
    this.workers = workers;
  }

  /** Totals since start, of calls answered with choices; refused and failed ones cost nothing. */
  record Stats(long calls, long promptTokens, long completionTokens) {}

  Stats stats() {
    return new Stats(calls.sum(), promptTokens.sum(), completionTokens.sum());
  }

  void handle(HttpExchange exchange) throws IOException, ApiException {
    ChatRequest request = ChatRequest.parse(Json.read(exchange));
    Models.Named model =
        models
            .find(request.model())
            .orElseThrow(
                () ->
                    Json.invalid(
                        404,
                        "model_not_found",
                        "no such model; there are " + String.join(", ", models.ids())));
    Fault fault = faults.next();
    if (fault.kind() == Fault.Kind.HANG) {
      hang(exchange);
    } else if (fault.delayMs() <= 0) {
      answer(exchange, model, request, fault.kind());
    } else {
      // No thread waits: a slow LLM with many calls in flight is the rule.
      Runnable later =
          () -> Json.guard(exchange, same -> answer(same, model, request, fault.kind()));
      var unused =
          timer.schedule(() -> workers.execute(later), fault.delayMs(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Leaves a call without an answer. The JDK's server does not tell when a client has gone, so the
   * oldest is dropped, its connection closed, when there are too many.
   */
  private void hang(HttpExchange exchange) {
    synchronized (hung) {
      hung.addLast(exchange);
      if (hung.size() > MOST_HUNG) {
        hung.removeFirst().close();
      }
    }
  }

  @Override
  public void close() {
    synchronized (hung) {
      hung.forEach(HttpExchange::close);
      hung.clear();
    }
    timer.shutdownNow();
  }

  private void answer(
      HttpExchange exchange, Models.Named model, ChatRequest request, Fault.Kind fault)
      throws IOException, ApiException {
    switch (fault) {
      case TOO_MANY_REQUESTS -> {
        String seconds = Long.toString(faults.settings().retryAfterSeconds());
        exchange.getResponseHeaders().set("Retry-After", seconds);
        throw new ApiException(429, "requests", "rate_limit_exceeded", "simulated rate limit");
      }
      case SERVER_ERROR ->
          throw new ApiException(500, "server_error", "internal_error", "simulated server error");
      case GARBAGE -> Json.sendBytes(exchange, 200, GARBAGE);
      case NONE -> complete(exchange, model, request, request.n());
      case FEWER_CHOICES -> complete(exchange, model, request, Math.max(1, request.n() / 2));
      case HANG -> throw new IllegalStateException("a hung call is not answered");
    }
  }

  private void complete(HttpExchange exchange, Models.Named model, ChatRequest request, int n)
      throws IOException {
    Sampling sampling = new Sampling(n, request.temperature(), request.seed().orElse(seed));
    List<Completion.Choice> choices = new ArrayList<>();
    int written = 0;
    for (String answer : model.model().answer(request.messages(), sampling)) {
      String text = Words.firstTokens(answer, request.maxTokens());
      String reason = text.length() == answer.length() ? "stop" : "length";
      var message = new Completion.Message("assistant", text, null);
      choices.add(new Completion.Choice(choices.size(), message, null, reason));
      written += Words.tokenCount(text);
    }
    int read = request.messages().stream().mapToInt(m -> Words.tokenCount(m.content())).sum();
    calls.increment();
    promptTokens.add(read);
    completionTokens.add(written);
    Completion completion =
        new Completion(
            "chatcmpl-simulated-" + ids.incrementAndGet(),
            "chat.completion",
            clock.instant().getEpochSecond(),
            model.id(),
            choices,
            new Completion.Usage(read, written, read + written),
            Models.PLAIN);
    Json.send(exchange, 200, completion);
  }

  /** An answer in OpenAI's form, with its token counts (see {@link Words#tokenCount}). */
  private record Completion(
      String id,
      String object,
      long created,
      String model,
      List<Choice> choices,
      Usage usage,
      @JsonProperty("system_fingerprint") String systemFingerprint) {
    private record Choice(
        int index,
        Message message,
        Object logprobs,
        @JsonProperty("finish_reason") String finishReason) {}

    private record Message(String role, String content, String refusal) {}

    private record Usage(
        @JsonProperty("prompt_tokens") int promptTokens,
        @JsonProperty("completion_tokens") int completionTokens,
        @JsonProperty("total_tokens") int totalTokens) {}
  }
}
