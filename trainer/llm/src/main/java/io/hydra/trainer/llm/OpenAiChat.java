package io.hydra.trainer.llm;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.LogLevel;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import io.hydra.trainer.llm.ChatException.Kind;
import io.hydra.trainer.llm.Completions.Part;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * A {@link Chat} with any endpoint that speaks OpenAI's chat completions.
 *
 * <p>One thread per request under way, on openai-java's blocking client: a queued ask is a request
 * and a future and nothing else, a thread that waits before a retry takes load off the endpoint,
 * and a call costs less CPU than with the asynchronous client. (That one hands each call over
 * several times, and on two cores, where the common pool has one thread, CompletableFuture starts a
 * new thread for each.)
 *
 * <p>Where an endpoint gives fewer choices than were asked for, it is asked again for the rest,
 * with another seed: at most n calls in all, then what there is will do.
 */
public final class OpenAiChat implements Chat {
  /** A server that asks for more patience than this is given up. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration USUAL_LONGEST_WAIT = Duration.ofSeconds(20);
  private static final int SURELY_DOWN = 8;
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration CLOSE_ROUND = Duration.ofMillis(20);
  private static final int CLOSE_ROUNDS = 500;

  /** Waits between attempts; a parameter, so that tests need not wait. */
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final Endpoint endpoint;
  private final int retries;
  private final Backoff backoff;
  private final Clock clock;
  private final Pause pause;
  private final OkHttpClient http;
  private final OpenAIClient client;
  private final ThreadPoolExecutor workers;
  private final AtomicReference<Dialect> dialect = new AtomicReference<>(Dialect.FULL);
  private final int surelyDown;
  private final AtomicInteger awayInARow = new AtomicInteger();
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean closed;

  /**
   * @param baseUrl up to and including the version, for instance {@code https://api.openai.com/v1}
   * @param apiKey a secret; local servers ignore it
   * @param concurrency calls under way at once, at most; further ones are queued
   * @param timeout of one attempt, from connecting to the last byte
   * @param retries attempts after the first, of what is worth another; none while the endpoint has
   *     been away for so many calls in a row that it is surely down
   * @throws IllegalArgumentException if one of them makes no sense
   */
  public OpenAiChat(String baseUrl, String apiKey, int concurrency, Duration timeout, int retries) {
    this(
        baseUrl,
        apiKey,
        concurrency,
        timeout,
        retries,
        new Backoff(FIRST_WAIT, USUAL_LONGEST_WAIT, () -> ThreadLocalRandom.current().nextDouble()),
        Clock.systemUTC(),
        time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
  }

  OpenAiChat(
      String baseUrl,
      String apiKey,
      int concurrency,
      Duration timeout,
      int retries,
      Backoff backoff,
      Clock clock,
      Pause pause) {
    this.endpoint = Endpoint.of(baseUrl);
    check(concurrency >= 1, "concurrency must be at least 1, not " + concurrency);
    check(timeout.compareTo(Duration.ZERO) > 0, "the timeout must be more than " + timeout);
    check(retries >= 0, "retries must be 0 or more, not " + retries);
    this.retries = retries;
    this.backoff = backoff;
    this.clock = clock;
    this.pause = pause;
    this.surelyDown = Math.max(SURELY_DOWN, concurrency);
    // OkHttp's own pool keeps five connections; the rest would be opened anew again and again.
    this.http =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(concurrency, IDLE.toMillis(), TimeUnit.MILLISECONDS))
            .build();
    this.client =
        OpenAIOkHttpClient.builder()
            .okHttpClient(http)
            .baseUrl(baseUrl.strip())
            .apiKey(apiKey)
            .timeout(timeout)
            .maxRetries(0)
            // An environment variable could turn it on, and it shows what was said.
            .logLevel(LogLevel.OFF)
            .build();
    AtomicInteger names = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            concurrency,
            concurrency,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "llm-call-" + names.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  @Override
  public CompletableFuture<ChatReply> ask(ChatRequest request) {
    Ask ask = new Ask(request);
    try {
      workers.execute(ask);
    } catch (RejectedExecutionException e) {
      ask.fail(closed());
    }
    return ask.reply;
  }

  /** Asks that were answered, and those that were not. */
  public CallProgress progress() {
    return new CallProgress(done.sum(), failed.sum(), 0);
  }

  @Override
  public void close() {
    closed = true;
    for (Runnable queued : workers.shutdownNow()) {
      ((Ask) queued).fail(closed());
    }
    boolean interrupted = false;
    boolean ended = false;
    for (int round = 0; !ended && round < CLOSE_ROUNDS; round++) {
      // Again, since a thread may have begun a call just after the last time.
      http.dispatcher().cancelAll();
      try {
        ended = workers.awaitTermination(CLOSE_ROUND.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    client.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ChatException closed() {
    return new ChatException(
        Kind.CLOSED, "the LLM endpoint %s was given up by its caller".formatted(endpoint));
  }

  /** One request from its first attempt to its reply. */
  private final class Ask implements Runnable {
    private final ChatRequest request;
    private final CompletableFuture<ChatReply> reply = new CompletableFuture<>();

    Ask(ChatRequest request) {
      this.request = request;
    }

    @Override
    public void run() {
      if (reply.isDone()) {
        return; // Cancelled by the caller.
      }
      ChatReply answer;
      try {
        answer = answer();
      } catch (RuntimeException | Error e) {
        fail(e);
        return;
      }
      done.increment();
      reply.complete(answer);
    }

    void fail(Throwable error) {
      failed.increment();
      reply.completeExceptionally(error);
    }

    private ChatReply answer() {
      long start = System.nanoTime();
      Part first = attempts(request.n(), 0);
      List<String> texts = new ArrayList<>(first.texts());
      int promptTokens = first.promptTokens();
      int completionTokens = first.completionTokens();
      for (int call = 1; call < request.n() && texts.size() < request.n(); call++) {
        Part more;
        try {
          more = attempts(request.n() - texts.size(), call);
        } catch (ChatException e) {
          if (e.kind() == Kind.UNREADABLE) {
            break; // It gives no more.
          }
          throw e; // Texts that are missing because it broke would be missed for good.
        }
        texts.addAll(more.texts());
        promptTokens += more.promptTokens();
        completionTokens += more.completionTokens();
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      return new ChatReply(texts, promptTokens, completionTokens, millis);
    }

    /** Asks for n texts until some come or the attempts are spent. */
    private Part attempts(int n, int call) {
      Dialect spoken = dialect.get();
      int attempt = 0;
      while (true) {
        Fault fault;
        try {
          Part part = attempt(spoken, n, call);
          awayInARow.set(0);
          if (!part.texts().isEmpty()) {
            Dialect understood = spoken;
            dialect.updateAndGet(known -> known.and(understood));
            return part;
          }
          fault = Fault.unreadable("gave a reply without any choice");
        } catch (OpenAIServiceException e) {
          Optional<Dialect> simpler = spoken.after(e, request);
          if (simpler.isPresent()) {
            spoken = simpler.get();
            continue;
          }
          fault = Fault.of(e, clock);
        } catch (OpenAIException e) {
          fault = Fault.of(e, clock);
        }
        attempt++;
        if (closed) {
          throw closed();
        }
        if (isLast(fault, attempt)) {
          throw fault.exception(endpoint, attempt);
        }
        await(delay(fault, attempt - 1));
      }
    }

    private Part attempt(Dialect spoken, int n, int call) {
      if (closed) {
        throw closed();
      }
      return Completions.read(
          client.chat().completions().create(spoken.params(request, n, call)), n);
    }
  }

  private boolean isLast(Fault fault, int attempts) {
    if (!fault.retriable()) {
      return true;
    }
    if (fault.retryAfter() != null && fault.retryAfter().compareTo(LONGEST_WAIT) > 0) {
      return true;
    }
    boolean away = fault.kind() == Kind.UNAVAILABLE && !fault.busy();
    boolean spent = attempts > retries || (away && awayInARow.get() >= surelyDown);
    if (spent && away) {
      awayInARow.incrementAndGet();
    }
    return spent;
  }

  private Duration delay(Fault fault, int retry) {
    return fault.retryAfter() == null ? backoff.delay(retry) : backoff.atLeast(fault.retryAfter());
  }

  private void await(Duration time) {
    try {
      pause.of(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw closed();
    }
  }
}
