package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.service.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/**
 * Calls through OkHttp, one thread for each call under way.
 *
 * <p>Implementation note. Of openai-java only the request types are used. Its client classes hide
 * what an endpoint answers beyond OpenAI's own form, and read the environment: {@code OPENAI_LOG}
 * would make them log what was said.
 */
final class HttpTransport implements Transport {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** Less than the 5 s after which common servers close a connection that they do not hear of. */
  private static final Duration KEPT = Duration.ofSeconds(4);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int CLOSE_ROUND_MILLIS = 20;
  private static final int CLOSE_ROUNDS = 500;
  private static final int MOST_BYTES = 4 << 20;

  private final Endpoint endpoint;
  private final String slowRemedy;
  private final Clock clock;
  private final ReplyReader reader;
  private final OkHttpClient http;
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
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(concurrency, KEPT.toMillis(), TimeUnit.MILLISECONDS))
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(HttpTransport::once)
            .build();
    Handing queue = new Handing();
    this.workers =
        new ThreadPoolExecutor(
            0,
            concurrency,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            queue,
            Threads.daemons("llm-call"),
            (call, pool) -> {
              if (pool.isShutdown()) {
                throw new RejectedExecutionException();
              }
              queue.append(call);
            });
  }

  /**
   * Takes a call only for a thread that is idle; {@link #append} lets it wait for one. A pool of a
   * fixed size starts a thread for each call until it has all of them, and goes round them: a
   * thousand stacks, each cold, and each searched by every collection.
   */
  private static final class Handing extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable call) {
      return tryTransfer(call);
    }

    void append(Runnable call) {
      boolean always = super.offer(call);
    }
  }

  @Override
  public CompletableFuture<Outcome> post(
      String address, byte[] body, Duration timeout, Instant giveUp, Runnable begun) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    try {
      // Not run if it is cancelled in the queue.
      return outcome.completeAsync(
          () -> {
            begun.run();
            return call(address, body, timeout, giveUp, outcome);
          },
          workers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(Fault.of(Kind.CLOSED, "was given up", ""));
    }
  }

  private Outcome call(
      String address,
      byte[] body,
      Duration timeout,
      Instant giveUp,
      CompletableFuture<Outcome> cancelled) {
    Duration left = Duration.between(clock.instant(), giveUp);
    Duration bound = timeout.compareTo(left) < 0 ? timeout : left;
    if (bound.toMillis() < 1) {
      return Fault.slow(timeout, slowRemedy);
    }
    OkHttpClient bounded =
        http.newBuilder()
            .connectTimeout(CONNECT.compareTo(bound) < 0 ? CONNECT : bound)
            .readTimeout(bound)
            .writeTimeout(bound)
            .callTimeout(bound)
            .build();
    Call call = bounded.newCall(request(address, body));
    CompletableFuture<Outcome> unused =
        cancelled.whenComplete(
            (outcome, error) -> {
              if (cancelled.isCancelled()) {
                call.cancel();
              }
            });
    try (Response response = call.execute()) {
      byte[] read = read(response.body().byteStream());
      if (read == null) {
        return Fault.unreadable("gave a reply of more than %d MiB".formatted(MOST_BYTES >> 20));
      }
      Map<String, String> headers = new HashMap<>();
      response
          .headers()
          .forEach(header -> headers.putIfAbsent(header.getFirst(), header.getSecond()));
      return reader.outcome(response.code(), headers, read);
    } catch (IOException e) {
      if (cancelled.isDone()) {
        return Fault.unreachable(e);
      }
      if (e instanceof InterruptedIOException && !isConnecting(e)) {
        return Fault.slow(bound, slowRemedy);
      }
      // Where one connection is dead, those kept beside it mostly are as well.
      http.connectionPool().evictAll();
      return Fault.unreachable(e);
    }
  }

  /** A connection that is not made in its own, short time. */
  private static boolean isConnecting(IOException error) {
    return error instanceof SocketTimeoutException
        && String.valueOf(error.getMessage()).contains("onnect");
  }

  private Request request(String address, byte[] body) {
    HttpUrl.Builder url = HttpUrl.get(address).newBuilder().addPathSegments("chat/completions");
    endpoint.query().forEach(url::addQueryParameter);
    return new Request.Builder()
        .url(url.build())
        .header(endpoint.header().getKey(), endpoint.header().getValue())
        .header("Accept", "application/json")
        .post(new OnceBody(body))
        .build();
  }

  /**
   * Keeps OkHttp from repeating what was refused with "again at once": each attempt is counted,
   * since it may be paid for, and is begun by {@link Attempts} alone.
   */
  private static Response once(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    return "0".equals(response.header("Retry-After"))
        ? response.newBuilder().removeHeader("Retry-After").build()
        : response;
  }

  /** A body that OkHttp does not send again where a connection breaks under it. */
  private static final class OnceBody extends RequestBody {
    private final byte[] body;

    OnceBody(byte[] body) {
      this.body = body;
    }

    @Override
    public MediaType contentType() {
      return JSON;
    }

    @Override
    public long contentLength() {
      return body.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(body);
    }
  }

  /** Reads a body; null if it is larger than a reply can be. */
  private static byte[] read(InputStream body) throws IOException {
    byte[] read = body.readNBytes(MOST_BYTES);
    return read.length == MOST_BYTES && body.read() >= 0 ? null : read;
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
        ended = workers.awaitTermination(CLOSE_ROUND_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    http.connectionPool().evictAll();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
