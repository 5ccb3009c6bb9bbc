package io.hydra.ingest.gateway;

import io.hydra.ingest.gateway.events.EventsEndpoint;
import io.hydra.ingest.gateway.http.HttpServer.Traffic;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The gateway's own metrics: the only place for their names. */
public final class GatewayMetrics implements Traffic, EventsEndpoint.EventCounts {
  static final Definition REQUESTS =
      Definition.counter(
          "hydra_gateway_requests_total",
          "requests",
          "Requests by the status of their reply.",
          "status");
  static final Definition REQUEST_SECONDS =
      Definition.seconds(
          "hydra_gateway_request_seconds",
          "Time from a request's first byte to its reply, by path; `none` for paths that are not"
              + " there.",
          "route");
  static final Definition EVENTS =
      Definition.counter(
          "hydra_gateway_events_total",
          "records",
          "Records of `/v1/events` by what became of them: `accepted` once Kafka has confirmed"
              + " them, else the problem's name.",
          "outcome");
  static final Definition PENDING =
      Definition.gauge(
          "hydra_gateway_pending_queries", "queries", "Queries whose response is waited for.");
  static final Definition HELD =
      Definition.gauge(
          "hydra_gateway_held_bytes",
          "bytes",
          "Bodies of requests under way; new ones are turned away at `--max-held-bytes`.");
  static final Definition KEYS =
      Definition.gauge("hydra_gateway_keys", "keys", "API keys that are accepted.");
  static final Definition CANARY_ROUNDS =
      Definition.counter(
          "hydra_canary_rounds_total",
          "rounds",
          "Rounds of the canary: `passed`, or the stage that failed: `publish`, `answer`, `history`"
              + " (the answer did not know of the event) or `head` (it had not learned from it).",
          "outcome");
  static final Definition CANARY_SECONDS =
      Definition.seconds(
          "hydra_canary_seconds",
          "Time of a canary's event until Kafka has it (`publish`), and of its query until its"
              + " response (`answer`).",
          "stage");
  static final Definition CANARY_PASSED_AGE =
      Definition.gauge(
          "hydra_canary_passed_age_seconds",
          "seconds",
          "Since a round of the canary passed last, or since its start; only with"
              + " `--canary-interval`.");
  static final Definition CANARY_INTERVAL =
      Definition.gauge(
          "hydra_canary_interval_seconds",
          "seconds",
          "The pause between two rounds of the canary.");
  public static final List<Definition> ALL =
      List.of(
          REQUESTS,
          REQUEST_SECONDS,
          EVENTS,
          PENDING,
          HELD,
          KEYS,
          CANARY_ROUNDS,
          CANARY_SECONDS,
          CANARY_PASSED_AGE,
          CANARY_INTERVAL);

  private static final String ACCEPTED = "accepted";

  private final Metrics metrics;
  private final Family<Counter> requests;
  private final Family<Timer> times;
  private final Family<Counter> events;

  GatewayMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.requests = metrics.counters(REQUESTS);
    this.times = metrics.timers(REQUEST_SECONDS);
    this.events = metrics.counters(EVENTS);
    Counter unused = events.of(ACCEPTED);
  }

  void show(LongSupplier pendingQueries, LongSupplier heldBytes, LongSupplier keys) {
    metrics.gauge(PENDING, pendingQueries::getAsLong);
    metrics.gauge(HELD, heldBytes::getAsLong);
    metrics.gauge(KEYS, keys::getAsLong);
  }

  @Override
  public void replied(String route, int status, long nanos) {
    requests.of(Integer.toString(status)).increment();
    times.of(route).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void accepted() {
    events.of(ACCEPTED).increment();
  }

  @Override
  public void refused(ProblemType why) {
    events.of(why.slug()).increment();
  }
}
