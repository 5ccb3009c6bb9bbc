package io.hydra.infra.llm;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.net.httpserver.HttpExchange;
import io.hydra.infra.llm.Faults.Fault;
import io.hydra.infra.llm.Json.ApiException;
import io.hydra.infra.llm.LlmServer.Stats;
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
  private static final long DRIP_MILLIS = 100;
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
  private final LongAdder requests = new LongAdder();
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

  Stats stats() {
    return new Stats(requests.sum(), calls.sum(), promptTokens.sum(), completionTokens.sum());
  }

  void handle(HttpExchange exchange) throws IOException, ApiException {
    requests.increment();
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
      case BUSY -> {
        long seconds = faults.settings().retryAfterSeconds();
        if (seconds > 0) {
          exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
        }
        throw new ApiException(429, "requests", "rate_limit_exceeded", "simulated rate limit");
      }
      case ERROR ->
          throw new ApiException(500, "server_error", "internal_error", "simulated server error");
      case WINDOW ->
          throw Json.invalid(400, "context_length_exceeded", "simulated: the prompt is too long");
      case GARBAGE -> Json.sendBytes(exchange, 200, GARBAGE);
      case NONE, FEWER, EMPTY, FILTERED ->
          Json.send(exchange, 200, complete(model, request, fault));
      case DRIP -> drip(exchange, begin(exchange, model, request), 0);
      case CUT -> {
        byte[] whole = begin(exchange, model, request);
        exchange.getResponseBody().write(whole, 0, whole.length / 2);
        exchange.close();
      }
      case DROP -> exchange.close();
      case HANG -> throw new IllegalStateException("a hung call is not answered");
    }
  }

  /** Promises the whole answer, of which nothing is sent yet. */
  private byte[] begin(HttpExchange exchange, Models.Named model, ChatRequest request)
      throws IOException {
    byte[] whole = Json.MAPPER.writeValueAsBytes(complete(model, request, Fault.Kind.NONE));
    exchange.sendResponseHeaders(200, whole.length);
    return whole;
  }

  private void drip(HttpExchange exchange, byte[] answer, int next) throws IOException {
    exchange.getResponseBody().write(answer, next, 1);
    exchange.getResponseBody().flush();
    if (next + 1 == answer.length) {
      exchange.close();
    } else {
      Runnable later = () -> Json.guard(exchange, same -> drip(same, answer, next + 1));
      var unused = timer.schedule(() -> workers.execute(later), DRIP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private Completion complete(Models.Named model, ChatRequest request, Fault.Kind fault) {
    int n = fault == Fault.Kind.FEWER ? Math.max(1, request.n() / 2) : request.n();
    boolean silent = fault == Fault.Kind.EMPTY || fault == Fault.Kind.FILTERED;
    Sampling sampling = new Sampling(n, request.temperature(), request.seed().orElse(seed));
    List<Completion.Choice> choices = new ArrayList<>();
    int written = 0;
    for (String answer : model.model().answer(request.messages(), sampling)) {
      String text = silent ? "" : Words.firstTokens(answer, request.maxTokens());
      boolean whole = silent || text.length() == answer.length();
      String reason = fault == Fault.Kind.FILTERED ? "content_filter" : whole ? "stop" : "length";
      var message = new Completion.Message("assistant", text, null);
      choices.add(new Completion.Choice(choices.size(), message, null, reason));
      written += Words.tokenCount(text);
    }
    int read = request.messages().stream().mapToInt(m -> Words.tokenCount(m.content())).sum();
    calls.increment();
    promptTokens.add(read);
    completionTokens.add(written);
    return new Completion(
        "chatcmpl-simulated-" + ids.incrementAndGet(),
        "chat.completion",
        clock.instant().getEpochSecond(),
        model.id(),
        choices,
        new Completion.Usage(read, written, read + written),
        Models.PLAIN);
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
