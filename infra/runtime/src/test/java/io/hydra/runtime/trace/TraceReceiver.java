package io.hydra.runtime.trace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.shaded.com.google.protobuf.ByteString;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.AnyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.KeyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.trace.v1.ResourceSpans;
import org.apache.kafka.shaded.io.opentelemetry.proto.trace.v1.ScopeSpans;
import org.apache.kafka.shaded.io.opentelemetry.proto.trace.v1.Span;
import org.apache.kafka.shaded.io.opentelemetry.proto.trace.v1.Status;
import org.apache.kafka.shaded.io.opentelemetry.proto.trace.v1.TracesData;

/** A collector that keeps the spans it is sent, over HTTP and in protobuf. */
public final class TraceReceiver implements AutoCloseable {
  private final List<Seen> seen = new ArrayList<>();
  private final HttpServer server;

  /**
   * A span that has come.
   *
   * @param parentId empty of a root
   * @param attributes numbers as text
   */
  public record Seen(
      String service,
      String name,
      String traceId,
      String spanId,
      String parentId,
      long nanos,
      boolean failed,
      Map<String, String> attributes) {
    public boolean isChildOf(Seen other) {
      return traceId.equals(other.traceId) && parentId.equals(other.spanId);
    }
  }

  public TraceReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** The value of {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All that have come so far. */
  public synchronized List<Seen> spans() {
    return List.copyOf(seen);
  }

  /** Waits until so many have come. */
  public synchronized List<Seen> await(int spans) throws InterruptedException {
    while (seen.size() < spans) {
      wait();
    }
    return spans();
  }

  private synchronized void add(Seen span) {
    seen.add(span);
    notifyAll();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      // An export request has the fields of these data.
      TracesData data = TracesData.parseFrom(exchange.getRequestBody().readAllBytes());
      for (ResourceSpans resource : data.getResourceSpansList()) {
        String service = attributes(resource.getResource().getAttributesList()).get("service.name");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> add(seen(service, span)));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Seen seen(String service, Span span) {
    return new Seen(
        service,
        span.getName(),
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        span.getEndTimeUnixNano() - span.getStartTimeUnixNano(),
        span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
        attributes(span.getAttributesList()));
  }

  private static Map<String, String> attributes(List<KeyValue> list) {
    Map<String, String> attributes = new HashMap<>();
    list.forEach(each -> attributes.put(each.getKey(), text(each.getValue())));
    return attributes;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      default -> value.getStringValue();
    };
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
