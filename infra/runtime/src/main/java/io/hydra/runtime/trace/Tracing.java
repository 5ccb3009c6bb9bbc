package io.hydra.runtime.trace;

import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.HydraHeaders;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The spans of one service, by OpenTelemetry and its standard variables: off unless {@code
 * OTEL_EXPORTER_OTLP_ENDPOINT} names a collector. Names and attributes follow the semantic
 * conventions for messaging and generative AI; no attribute may hold a user's text or name.
 *
 * <p>A span's parent is found in the W3C headers of the record that it is about, and its own
 * context goes into the headers of what follows. While tracing is off these headers pass as they
 * came, so that a trace goes on behind a service that takes no part in it. What cannot be exported
 * in time is dropped; nothing waits for a collector but {@link #close}, for five seconds.
 */
public final class Tracing implements AutoCloseable {
  /** Records nothing. */
  public static final Tracing OFF = new Tracing(null);

  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  private static final Map<String, String> DEFAULTS =
      Map.of("otel.exporter.otlp.protocol", "http/protobuf");

  /** Metrics and logs have ways of their own. */
  private static final Map<String, String> FIXED =
      Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none");

  /**
   * The length of {@code tracestate} that W3C requires everybody to take; longer headers are
   * dropped.
   */
  private static final int MAX_HEADER_LENGTH = 512;

  private static final long CLOSE_SECONDS = 5;
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<UnaryOperator<String>> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(UnaryOperator<String> headers) {
          return List.of(HydraHeaders.TRACEPARENT, HydraHeaders.TRACESTATE);
        }

        @Override
        public String get(UnaryOperator<String> headers, String name) {
          String value = headers.apply(name);
          return value == null || value.length() > MAX_HEADER_LENGTH ? null : value;
        }
      };

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  private Tracing(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk == null ? null : sdk.getTracer("io.hydra");
  }

  /**
   * Opens the tracing of a service.
   *
   * @param service its name in traces is {@code hydra-} and this, unless {@code OTEL_SERVICE_NAME}
   *     gives another
   * @param environment of the process
   * @throws UserException if a variable cannot be used
   */
  public static Tracing open(String service, Map<String, String> environment) {
    if (ENDPOINTS.stream().noneMatch(name -> !environment.getOrDefault(name, "").isBlank())) {
      return OFF;
    }
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put("otel.service.name", "hydra-" + service);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    settings.putAll(FIXED);
    try {
      return new Tracing(
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesCustomizer(any -> settings)
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk());
    } catch (ConfigurationException e) {
      throw new UserException("traces cannot be exported: " + e.getMessage(), e);
    }
  }

  public boolean isOn() {
    return sdk != null;
  }

  /** The lookup of text in a record's headers, as spans take it. */
  public static UnaryOperator<String> of(Headers headers) {
    return name -> HydraHeaders.text(headers, name).orElse(null);
  }

  /**
   * Begins what a consumer does with a record.
   *
   * @param headers of the record by name; null for those that it has not
   */
  public Span process(String topic, String group, UnaryOperator<String> headers) {
    return process(topic, group, headers, -1);
  }

  /**
   * As {@link #process(String, String, UnaryOperator)}, begun earlier.
   *
   * @param startedAt milliseconds since the epoch; negative for now
   */
  public Span process(String topic, String group, UnaryOperator<String> headers, long startedAt) {
    Span span = start("process", SpanKind.CONSUMER, topic, headers, startedAt);
    return span.set("messaging.consumer.group.name", group);
  }

  /** Begins the sending of a record. */
  public Span send(String topic, UnaryOperator<String> headers) {
    return start("send", SpanKind.PRODUCER, topic, headers, -1);
  }

  private Span start(
      String operation,
      SpanKind kind,
      String topic,
      UnaryOperator<String> headers,
      long startedAt) {
    if (tracer == null) {
      return new Span(null, headers);
    }
    SpanBuilder builder =
        tracer
            .spanBuilder(operation + " " + topic)
            .setSpanKind(kind)
            .setParent(W3C.extract(Context.root(), headers, GETTER));
    if (startedAt >= 0) {
      builder.setStartTimestamp(startedAt, TimeUnit.MILLISECONDS);
    }
    return new Span(builder.startSpan(), headers)
        .set("messaging.system", "kafka")
        .set("messaging.operation.name", operation)
        .set("messaging.operation.type", operation)
        .set("messaging.destination.name", topic);
  }

  /** Exports what is left. */
  @Override
  public void close() {
    if (sdk != null) {
      var unused = sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** A piece of work; without effect while tracing is off. Thread-safe. */
  public final class Span {
    private final io.opentelemetry.api.trace.Span span;
    private final UnaryOperator<String> parent;

    private Span(io.opentelemetry.api.trace.Span span, UnaryOperator<String> parent) {
      this.span = span;
      this.parent = parent;
    }

    /** Begins a call to another system, as a part of this. */
    public Span call(String name) {
      return span == null
          ? this
          : new Span(
              tracer
                  .spanBuilder(name)
                  .setSpanKind(SpanKind.CLIENT)
                  .setParent(Context.root().with(span))
                  .startSpan(),
              parent);
    }

    public Span set(String attribute, String value) {
      if (span != null) {
        span.setAttribute(attribute, value);
      }
      return this;
    }

    public Span set(String attribute, long value) {
      if (span != null) {
        span.setAttribute(attribute, value);
      }
      return this;
    }

    public Span set(String attribute, double value) {
      if (span != null) {
        span.setAttribute(attribute, value);
      }
      return this;
    }

    /**
     * Marks the work as failed.
     *
     * @param type one of few words, never a message
     */
    public void fail(String type) {
      if (span != null) {
        span.setAttribute("error.type", type);
        span.setStatus(StatusCode.ERROR);
      }
    }

    public void end() {
      if (span != null) {
        span.end();
      }
    }

    /**
     * @param endedAt milliseconds since the epoch
     */
    public void end(long endedAt) {
      if (span != null) {
        span.end(endedAt, TimeUnit.MILLISECONDS);
      }
    }

    /** The W3C headers of what follows; while tracing is off, those that it came with. */
    public Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      if (span == null) {
        for (String name : GETTER.keys(parent)) {
          String value = parent.apply(name);
          if (value != null) {
            headers.put(name, value);
          }
        }
      } else {
        W3C.inject(Context.root().with(span), headers, Map::put);
      }
      return headers;
    }

    /** A record's headers with those of what follows; the same while tracing is off. */
    public Headers in(Headers record) {
      if (span == null) {
        return record;
      }
      Headers headers = new RecordHeaders(record.toArray());
      for (String name : GETTER.keys(parent)) {
        headers.remove(name);
      }
      headers().forEach((name, value) -> headers.add(name, HydraHeaders.utf8(value)));
      return headers;
    }
  }
}
