package io.hydra.ingest.gateway;

import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.ingest.QueryTimeoutException;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The system as its topics show it, through the Java client that apps use. */
record KafkaBackend(
    BehaviorEventPublisher events, QueryClient queries, Outage outage, Tracing tracing)
    implements Backend, AutoCloseable {
  private static final int REQUEST_MS = 5_000;

  /**
   * An app waits for each answer of the gateway, so what Kafka does not take soon is told to it
   * sooner than to a producer of its own. A thread of the server waits while a topic is looked up.
   */
  private static final Map<String, Object> IMPATIENT =
      Map.of(
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          2_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          REQUEST_MS);

  private static final int DELIVERY_MS = 10_000;

  /** The addresses of the topics, for a gateway. */
  static HydraConnection connection(KafkaConnection kafka) {
    Map<String, Object> properties = new HashMap<>(IMPATIENT);
    properties.putAll(kafka.properties());
    // A producer is not made if it may take less time than its longest request.
    int least =
        millis(properties, ProducerConfig.LINGER_MS_CONFIG, HydraConnection.EVENTS_LINGER_MS)
            + millis(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
    properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.max(DELIVERY_MS, least));
    return new HydraConnection(kafka.bootstrapServers(), kafka.registryUrl(), properties);
  }

  /**
   * @throws ConfigException if it is not a number; the message names it
   */
  private static int millis(Map<String, Object> properties, String name, int otherwise) {
    Object value = properties.getOrDefault(name, otherwise);
    return (int) ConfigDef.parseType(name, value, ConfigDef.Type.INT);
  }

  /** Connects; waits for brokers and topics that are not there yet. */
  static KafkaBackend connect(HydraConnection connection, Tracing tracing)
      throws InterruptedException {
    Retry retry =
        Retry.endless(
            "Kafka", e -> KafkaConnection.isOutage(e) || e instanceof IllegalStateException);
    QueryClient queries = retry.call(() -> QueryClient.connect(connection));
    BehaviorEventPublisher events = retry.call(() -> BehaviorEventPublisher.connect(connection));
    return new KafkaBackend(events, queries, new Outage("Kafka"), tracing);
  }

  /** Tells whether responses are read. */
  boolean isReading() {
    return queries.isOpen();
  }

  @Override
  public CompletableFuture<Void> publish(BehaviorEvent event, Map<String, String> headers) {
    return send(Topic.EVENTS, headers, "the event", given -> events.publish(event, given))
        .thenAccept(metadata -> {});
  }

  @Override
  public CompletableFuture<Response> ask(Query query, Map<String, String> headers) {
    return send(Topic.QUERIES, headers, "the query", given -> queries.ask(query, given));
  }

  /** Sends in a span of its own, and turns what fails into a refusal. */
  private <T> CompletableFuture<T> send(
      Topic topic,
      Map<String, String> headers,
      String what,
      Function<List<Header>, CompletableFuture<T>> client) {
    Tracing.Span span = tracing.send(topic.topicName(), headers::get);
    try {
      return client
          .apply(sent(span))
          .whenComplete((result, failure) -> end(span, failure))
          .handle(
              (result, failure) -> {
                if (failure != null) {
                  throw refusal(Failures.unwrap(failure), what);
                }
                outage.ended();
                return result;
              });
    } catch (RuntimeException e) {
      throw unsent(span, e);
    }
  }

  private static List<Header> sent(Tracing.Span span) {
    return span.headers().entrySet().stream()
        .<Header>map(
            header -> new RecordHeader(header.getKey(), HydraHeaders.utf8(header.getValue())))
        .toList();
  }

  private static void end(Tracing.Span span, Throwable failure) {
    if (failure != null) {
      span.fail(Failures.unwrap(failure).getClass().getSimpleName());
    }
    span.end();
  }

  private static RuntimeException unsent(Tracing.Span span, RuntimeException e) {
    end(span, e);
    return e instanceof IllegalArgumentException ? Refusal.ofRule(e.getMessage()) : e;
  }

  private Refusal refusal(Throwable failure, String what) {
    if (failure instanceof QueryTimeoutException) {
      return Refusal.of(
          ProblemType.DEADLINE_EXCEEDED,
          "no response came by the deadline: ask again under the same query_id");
    }
    if (failure instanceof UndecodableRecordException) {
      return Refusal.of(
          ProblemType.UPSTREAM_FAILED,
          "the response cannot be read: upgrade the gateway with the rest");
    }
    if (failure instanceof RecordTooLargeException) {
      return Refusal.of(ProblemType.TOO_LARGE, what + " is larger than the topic takes");
    }
    outage.began(failure.getClass().getSimpleName());
    return Refusal.unavailable(
        "Kafka has not confirmed %s: send it again under the same id".formatted(what));
  }

  @Override
  public void close() {
    try {
      queries.close();
    } finally {
      events.close();
    }
  }
}
