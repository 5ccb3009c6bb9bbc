package io.hydra.llm;

import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.RequestOptions;
import com.openai.core.Timeout;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpMethod;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIIoException;
import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.Outcome.Fault;
import io.hydra.runtime.service.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;

/**
 * Calls through openai-java's HTTP client, one thread for each call under way.
 *
 * <p>Implementation note. Of openai-java its request types and this client are used. Its service
 * classes hide what an endpoint answers beyond OpenAI's own form, and read the environment: {@code
 * OPENAI_LOG} would make them log what was said. Its asynchronous calls are threads too, handed
 * over several times each.
 */
final class HttpTransport implements Transport {
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration CLOSE_ROUND = Duration.ofMillis(20);
  private static final int CLOSE_ROUNDS = 500;
  private static final int MOST_BYTES = 4 << 20;

  private final Endpoint endpoint;
  private final String slowRemedy;
  private final Clock clock;
  private final ReplyReader reader;
  private final okhttp3.OkHttpClient http;
  private final OkHttpClient client;
  private final ThreadPoolExecutor workers;

  /**
   * @param concurrency calls under way at once; further ones are queued
   */
  HttpTransport(Endpoint endpoint, int concurrency, String slowRemedy, Clock clock) {
    this.endpoint = endpoint;
    this.slowRemedy = slowRemedy;
    this.clock = clock;
    this.reader = new ReplyReader(clock);
    // OkHttp's own pool keeps five connections; the rest would be opened again and again. What is
    // redirected would arrive without its body, or give the key to another host.
    this.http =
        new okhttp3.OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(concurrency, IDLE.toMillis(), TimeUnit.MILLISECONDS))
            .followRedirects(false)
            .followSslRedirects(false)
            .build();
    this.client = new OkHttpClient(http);
    this.workers =
        new ThreadPoolExecutor(
            concurrency,
            concurrency,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Threads.daemons("llm-call"));
    workers.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<Outcome> post(
      String address, byte[] body, Duration timeout, Instant giveUp) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    try {
      workers.execute(
          () -> {
            if (outcome.isDone()) {
              return; // Given up in the queue.
            }
            try {
              outcome.complete(call(address, body, timeout, giveUp));
            } catch (RuntimeException | Error e) {
              outcome.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      outcome.complete(Fault.of(Kind.CLOSED, "was given up", ""));
    }
    return outcome;
  }

  private Outcome call(String address, byte[] body, Duration timeout, Instant giveUp) {
    Duration left = Duration.between(clock.instant(), giveUp);
    Duration bound = timeout.compareTo(left) < 0 ? timeout : left;
    if (bound.toMillis() < 1) {
      return Faults.slow(timeout, slowRemedy);
    }
    Timeout each =
        Timeout.builder()
            .connect(CONNECT.compareTo(bound) < 0 ? CONNECT : bound)
            .read(bound)
            .write(bound)
            .request(bound)
            .build();
    try (HttpResponse response =
        client.execute(request(address, body), RequestOptions.builder().timeout(each).build())) {
      byte[] read = read(response.body());
      return read == null
          ? Faults.unreadable("gave a reply of more than %d MiB".formatted(MOST_BYTES >> 20))
          : reader.outcome(new HttpReply(response.statusCode(), first(response.headers()), read));
    } catch (OpenAIIoException | UncheckedIOException | IOException e) {
      Throwable cause = e instanceof IOException || e.getCause() == null ? e : e.getCause();
      return cause instanceof InterruptedIOException && !connecting(cause)
          ? Faults.slow(bound, slowRemedy)
          : Faults.unreachable(cause);
    }
  }

  /** A connection that is not made in its own, short time. */
  private static boolean connecting(Throwable cause) {
    return cause instanceof java.net.SocketTimeoutException
        && String.valueOf(cause.getMessage()).contains("onnect");
  }

  private HttpRequest request(String address, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.builder()
            .method(HttpMethod.POST)
            .baseUrl(address)
            .addPathSegments("chat", "completions")
            .putHeader(endpoint.header().getKey(), endpoint.header().getValue())
            .putHeader("Accept", "application/json")
            .body(new JsonBody(body));
    endpoint.query().forEach(request::putQueryParam);
    return request.build();
  }

  /** Reads a body; null if it is larger than a reply can be. */
  private static byte[] read(InputStream body) throws IOException {
    byte[] read = body.readNBytes(MOST_BYTES);
    return read.length == MOST_BYTES && body.read() >= 0 ? null : read;
  }

  private static Map<String, String> first(Headers headers) {
    Map<String, String> first = new HashMap<>();
    for (String name : headers.names()) {
      List<String> values = headers.values(name);
      if (!values.isEmpty()) {
        first.put(name, values.get(0));
      }
    }
    return first;
  }

  @Override
  public void close() {
    List<Runnable> unused = workers.shutdownNow();
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

  private record JsonBody(byte[] bytes) implements HttpRequestBody {
    @Override
    public void writeTo(OutputStream out) {
      try {
        out.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String contentType() {
      return "application/json";
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public boolean repeatable() {
      return true;
    }

    @Override
    public void close() {}
  }
}
