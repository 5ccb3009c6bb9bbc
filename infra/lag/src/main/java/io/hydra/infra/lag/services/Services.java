package io.hydra.infra.lag.services;

import io.hydra.runtime.service.Program;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Watches services by their operations ports, and what else answers: a registry by its health, a
 * Redis server by PING. One thread reads; any may look at what was read last.
 */
public final class Services {
  private static final String HEALTH = "/health/ready";

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final int MAX_REASONS = 5;
  private static final int MAX_REASON_LENGTH = 200;

  private final BoundedHttp http = new BoundedHttp(PATIENCE, MAX_BYTES);
  private final List<Watched> services;
  private final LongSupplier nanoTime;
  private volatile View view;

  /** The state of a service, as far as its port tells it. */
  public enum State {
    /** It answers, and says nothing of being ready. */
    UNKNOWN,
    READY,
    NOT_READY,
    /** It does not answer. */
    SILENT
  }

  /**
   * One service at the last reading.
   *
   * @param reasons the reasons why it is not ready, or could not be read in part
   * @param startedAt of its process, in seconds since the epoch; null if not known
   * @param restarts that were seen
   */
  public record Service(
      String name, State state, List<String> reasons, Double startedAt, int restarts) {}

  /**
   * One reading of all services.
   *
   * @param nanos the end of the reading, by a monotonic clock
   */
  public record View(long nanos, List<Service> services, Figures figures) {}

  /** The memory of one service. */
  private static final class Watched {
    private final String name;
    private final URI address;
    private final Window window = new Window();
    private Double startedAt;
    private int restarts;

    Watched(String name, URI address) {
      this.name = name;
      this.address = address;
    }

    private boolean isRedis() {
      return address.getScheme().equals("redis");
    }

    private boolean hasMetrics() {
      return !isRedis() && !address.getPath().endsWith(HEALTH);
    }

    /** Others than ours know nothing of the query, and answer with all that they have. */
    private URI metrics() {
      return address.getQuery() == null ? URI.create(address + "?own") : address;
    }

    private URI health() {
      return hasMetrics() ? address.resolve(HEALTH) : address;
    }

    private void add(Scrape scrape) {
      window.add(scrape);
      if (scrape.startedAt() != null) {
        if (startedAt != null && !startedAt.equals(scrape.startedAt())) {
          restarts++;
        }
        startedAt = scrape.startedAt();
      }
    }
  }

  /** The answers of one service, on their way; null for what it is not asked. */
  private record Asked(
      Watched service,
      CompletableFuture<HttpResponse<String>> ready,
      CompletableFuture<HttpResponse<String>> metrics) {}

  /**
   * @param addresses by name: of a service's metrics, {@value #HEALTH} being on the same port; of a
   *     {@value #HEALTH} alone; or {@code redis://host:port}
   */
  public Services(Map<String, URI> addresses, LongSupplier nanoTime) {
    this.services =
        addresses.entrySet().stream().map(e -> new Watched(e.getKey(), e.getValue())).toList();
    this.nanoTime = nanoTime;
  }

  /** Tells whether there is any to watch. */
  public boolean isEmpty() {
    return services.isEmpty();
  }

  /** The last reading; null before the first. */
  public View view() {
    return view;
  }

  /** Reads all of them at once, in about two seconds at most. */
  public void read() throws InterruptedException {
    long deadline = nanoTime.getAsLong() + PATIENCE.toNanos();
    List<Asked> asked = new ArrayList<>();
    for (Watched service : services) {
      asked.add(
          new Asked(
              service,
              service.isRedis() ? null : http.get(service.health()),
              service.hasMetrics() ? http.get(service.metrics()) : null));
    }
    List<Service> read = new ArrayList<>();
    for (Asked each : asked) {
      read.add(read(each, deadline));
    }
    long now = nanoTime.getAsLong();
    services.forEach(service -> service.window.expire(now));
    view =
        new View(now, read, Figures.of(services.stream().map(service -> service.window).toList()));
  }

  private Service read(Asked asked, long deadline) throws InterruptedException {
    Watched service = asked.service;
    List<String> reasons = new ArrayList<>();
    State state;
    try {
      state =
          service.isRedis() ? ping(service, deadline, reasons) : health(asked, deadline, reasons);
    } catch (IOException | ExecutionException | TimeoutException e) {
      state = State.SILENT;
      reasons.add(reason(e));
    }
    if (service.hasMetrics()) {
      readMetrics(asked, deadline, state, reasons);
    }
    return new Service(service.name, state, reasons, service.startedAt, service.restarts);
  }

  private State ping(Watched service, long deadline, List<String> reasons) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - nanoTime.getAsLong());
    String why = RedisPing.ask(service.address, (int) Math.max(1, left));
    if (why.isEmpty()) {
      return State.READY;
    }
    reasons.add(cut(why));
    return State.NOT_READY;
  }

  private State health(Asked asked, long deadline, List<String> reasons)
      throws ExecutionException, TimeoutException, InterruptedException {
    HttpResponse<String> ready = await(asked.ready, deadline);
    return switch (ready.statusCode()) {
      case 200 -> State.READY;
      case 503 -> {
        ready.body().lines().limit(MAX_REASONS).map(Services::cut).forEach(reasons::add);
        yield State.NOT_READY;
      }
      default -> State.UNKNOWN;
    };
  }

  private void readMetrics(Asked asked, long deadline, State state, List<String> reasons)
      throws InterruptedException {
    try {
      HttpResponse<String> metrics = await(asked.metrics, deadline);
      if (metrics.statusCode() == 200) {
        asked.service.add(Scrape.of(metrics.body(), nanoTime.getAsLong()));
      } else {
        reasons.add("its metrics cannot be read: HTTP " + metrics.statusCode());
      }
    } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
      if (state != State.SILENT) {
        reasons.add("its metrics cannot be read: " + reason(e));
      }
    }
  }

  private HttpResponse<String> await(CompletableFuture<HttpResponse<String>> answer, long deadline)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return answer.get(Math.max(0, deadline - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    if (cause instanceof TimeoutException
        || cause instanceof HttpTimeoutException
        || cause instanceof SocketTimeoutException) {
      return "no answer within %d s".formatted(PATIENCE.toSeconds());
    }
    if (cause instanceof ConnectException) {
      return "nothing listens there";
    }
    // What a malformed line holds is nobody's business.
    return cut(
        cause instanceof IllegalArgumentException
            ? cause.getMessage()
            : Program.rootMessage(cause));
  }

  private static String cut(String reason) {
    return reason.length() > MAX_REASON_LENGTH ? reason.substring(0, MAX_REASON_LENGTH) : reason;
  }
}
