package io.hydra.stream.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;

/**
 * Serves the metrics of a local cluster at {@code /metrics} to Prometheus, on loopback alone. On a
 * real cluster Flink's own Prometheus reporter is the one to configure; that one listens on every
 * interface, and cannot be told otherwise.
 */
public final class LoopbackReporter implements MetricReporter {
  static final String PORT = "port";
  private static final String LOOPBACK = "127.0.0.1";
  private static final String PATH = "/metrics";
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusText text = new PrometheusText();
  private HttpServer server;

  /**
   * @throws UncheckedIOException if the port is taken
   */
  @Override
  public void open(MetricConfig config) {
    int port = config.getInteger(PORT, 0);
    try {
      server = HttpServer.create(new InetSocketAddress(LOOPBACK, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "port %d for the metrics cannot be had: stop what listens there, or choose another"
              .formatted(port),
          e);
    }
    server.createContext(PATH, this::answer);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = text.render().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    text.add(metric, name, group);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    text.remove(metric, name, group);
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
  }
}
