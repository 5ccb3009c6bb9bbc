package io.hydra.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.QueryRules;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/**
 * Asks queries over Kafka and awaits their responses. Thread-safe.
 *
 * <p>One thread reads the response topic, or the partition that {@link HydraConnection#replyTo}
 * names, from where it ended when this client was made; it joins no consumer group, so it leaves no
 * lag behind. Partitions added to the topic later are not read by a client that is already open.
 */
public final class QueryClient implements AutoCloseable {
  /** Time after a query's deadline in which a response is still waited for. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(1);

  /** For a query that leaves its deadline to serving's policy, and gets its answer by that. */
  private static final Duration UNNAMED = Duration.ofMinutes(10);

  /** Each fetch costs a request and a wake-up, whatever it brings. */
  private static final Duration REST = Duration.ofMillis(200);

  private static final int CORRELATION_BYTES = 16;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final HexFormat HEX = HexFormat.of();

  private record Pending(Query query, CompletableFuture<Response> answer) {}

  private final Producer<String, Query> producer;
  private final ReplyTo replyTo;
  private final TopicReader<Response> reader;
  private final Supplier<byte[]> correlationIds;
  private final ScheduledExecutorService scheduler;
  private final Clock clock;
  private final Duration grace;
  private final Map<String, Pending> pending = new ConcurrentHashMap<>();
  private volatile RuntimeException closedBy;

  /**
   * Positions the consumer at the end of every partition before it returns. Where that fails, what
   * is owned is closed.
   *
   * @param producer owned: closed with this client
   * @param consumer owned; without a group, reading committed records only
   * @param correlationIds gives 16 fresh random bytes at each call
   * @param scheduler owned; fires timeouts
   * @param replyTo the place that the consumer reads, and each query names
   * @param listener told of every response on the topic, on the reading thread; what it throws does
   *     not stop the reading. Null for none: then responses that nobody waits for are not decoded
   * @param rest the pause after a fetch that brought no awaited response, while there is no
   *     listener and no query is pending
   */
  public QueryClient(
      Producer<String, Query> producer,
      Consumer<byte[], byte[]> consumer,
      RegistryDeserializer<Response> deserializer,
      Supplier<byte[]> correlationIds,
      ScheduledExecutorService scheduler,
      Clock clock,
      Duration grace,
      ReplyTo replyTo,
      java.util.function.Consumer<ResponseSeen> listener,
      Duration rest) {
    this.producer = producer;
    this.replyTo = replyTo;
    this.correlationIds = correlationIds;
    this.scheduler = scheduler;
    this.clock = clock;
    this.grace = grace;
    this.reader =
        new TopicReader<>(
            consumer,
            replyTo.topic(),
            replyTo.partition(),
            deserializer,
            new Responses(listener == null ? null : new Listener<>(listener)),
            rest);
    try {
      reader.start();
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  /**
   * Connects a client.
   *
   * @throws TimeoutException if no broker answers within 20 s ({@code default.api.timeout.ms})
   * @throws IllegalStateException if the topic of responses does not exist
   */
  public static QueryClient connect(
      HydraConnection connection, java.util.function.Consumer<ResponseSeen> listener) {
    Objects.requireNonNull(listener, "listener");
    return connection.reach(() -> open(connection, listener));
  }

  private static QueryClient open(
      HydraConnection connection, java.util.function.Consumer<ResponseSeen> listener) {
    SchemaRegistryClient registry = connection.registry();
    SecureRandom random = new SecureRandom();
    Consumer<byte[], byte[]> consumer = connection.consumer();
    Producer<String, Query> producer;
    try {
      producer = connection.producer(registry, Topic.QUERIES);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    return new QueryClient(
        producer,
        consumer,
        new RegistryDeserializer<>(registry, Topic.RESPONSES),
        () -> {
          byte[] id = new byte[CORRELATION_BYTES];
          random.nextBytes(id);
          return id;
        },
        timeouts(),
        Clock.systemUTC(),
        DEFAULT_GRACE,
        connection.replyTo(),
        listener,
        REST);
  }

  private static ScheduledExecutorService timeouts() {
    ScheduledThreadPoolExecutor timeouts =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "hydra-query-timeouts");
              thread.setDaemon(true);
              return thread;
            });
    // An answered query would else be held until its deadline, however far away that is.
    timeouts.setRemoveOnCancelPolicy(true);
    return timeouts;
  }

  /**
   * As {@link #connect(HydraConnection, java.util.function.Consumer)}, without a listener: of the
   * responses only those to its own queries are decoded.
   */
  public static QueryClient connect(HydraConnection connection) {
    return connection.reach(() -> open(connection, null));
  }

  /** As {@link #ask(Query, List)}, without further headers. */
  public CompletableFuture<Response> ask(Query query) {
    return ask(query, List.of());
  }

  /**
   * Sends a query. Blocks while no broker answers or the topic is missing, up to {@code
   * max.block.ms}, 5 s unless the connection's properties say otherwise.
   *
   * @param headers sent along, for instance {@code traceparent}
   * @return the response, whatever its status; stages that depend on it run on the reading thread
   *     and must not block. Fails with {@link QueryTimeoutException} a little after the deadline
   *     (after ten minutes where the query leaves it to serving's policy, by 0), with Kafka's
   *     exception if the query cannot be sent, or with {@link
   *     io.hydra.schemas.registry.UndecodableRecordException}
   * @throws IllegalArgumentException if the query breaks one of {@link QueryRules}; the message
   *     names the rule
   */
  public CompletableFuture<Response> ask(Query query, List<Header> headers) {
    String key = QueryRules.validate(query).recordKey();
    // Letters, so that whoever looks at the topic can read them.
    String correlation = HEX.formatHex(correlationIds.get());
    CompletableFuture<Response> answer = new CompletableFuture<>();
    Instant deadline = query.getDeadline();
    Instant last = deadline.equals(Instant.EPOCH) ? clock.instant().plus(UNNAMED) : deadline;
    // Before its timeout is set: that of a deadline long past is due at once.
    pending.put(correlation, new Pending(query, answer));
    // One that the app gives up by itself would else be waited for.
    var unusedEnd = answer.whenComplete((response, failure) -> pending.remove(correlation));
    reader.wake();
    try {
      ScheduledFuture<?> timeout =
          scheduler.schedule(
              () -> fail(correlation, new QueryTimeoutException(query.getQueryId(), last)),
              untilGivenUp(last),
              TimeUnit.MILLISECONDS);
      var unused = answer.whenComplete((response, failure) -> timeout.cancel(false));
    } catch (RejectedExecutionException e) {
      fail(correlation, closed());
      return answer;
    }
    if (closedBy != null) {
      fail(correlation, closedBy);
      return answer;
    }
    ProducerRecord<String, Query> record =
        new ProducerRecord<>(Topic.QUERIES.topicName(), null, clock.millis(), key, query, headers);
    record.headers().add(HydraHeaders.CORRELATION_ID, correlation.getBytes(ISO_8859_1));
    replyTo.addTo(record.headers());
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure != null) {
                  fail(correlation, failure);
                }
              });
    } catch (RuntimeException e) {
      fail(correlation, e);
    }
    return answer;
  }

  /** Milliseconds from now, without overflow however far from now the deadline is. */
  private long untilGivenUp(Instant deadline) {
    long now = clock.millis();
    return Math.max(deadline.toEpochMilli(), now - grace.toMillis()) - now + grace.toMillis();
  }

  /** False once it was closed, or responses can no longer be read: then every query fails. */
  public boolean isOpen() {
    return closedBy == null;
  }

  /** Queries that have no response yet. */
  public int pending() {
    return pending.size();
  }

  /** Fails what is still pending, and stops. */
  @Override
  public void close() {
    failAll(closed());
    try {
      reader.close();
    } finally {
      try {
        producer.close(CLOSE_TIMEOUT);
      } finally {
        var unused = scheduler.shutdownNow();
      }
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the query client is closed");
  }

  private void closeAfter(Throwable why) {
    try {
      close();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private final class Responses implements TopicReader.Handler<Response> {
    private final Listener<ResponseSeen> listener;

    Responses(Listener<ResponseSeen> listener) {
      this.listener = listener;
    }

    @Override
    public boolean wants(ConsumerRecord<byte[], byte[]> record) {
      return listener != null || pending.containsKey(correlation(record));
    }

    @Override
    public boolean isWaiting() {
      return listener != null || !pending.isEmpty();
    }

    @Override
    public void read(ConsumerRecord<byte[], byte[]> record, Response response) {
      boolean awaited = complete(correlation(record), response);
      if (listener != null) {
        listener.tell(new ResponseSeen(response, record.partition(), record.offset(), awaited));
      }
    }

    @Override
    public void undecodable(ConsumerRecord<byte[], byte[]> record, Exception why) {
      fail(correlation(record), why);
    }

    @Override
    public void stopped(RuntimeException why) {
      failAll(why);
    }
  }

  /** Tells whether somebody waited for the response. */
  private boolean complete(String correlation, Response response) {
    Pending waiting = pending.get(correlation);
    // Taken out first: the app's stages run before those that were added here.
    return waiting != null
        && isAbout(waiting.query(), response)
        && pending.remove(correlation, waiting)
        && waiting.answer().complete(response);
  }

  /** Empty, which is nobody's, where there is none; others' may be any bytes. */
  private static String correlation(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HydraHeaders.CORRELATION_ID);
    return header == null || header.value() == null ? "" : new String(header.value(), ISO_8859_1);
  }

  /** Serving leaves out a query id that breaks the rules; the correlation id then tells alone. */
  private static boolean isAbout(Query query, Response response) {
    return response.getQueryId().isEmpty() || response.getQueryId().equals(query.getQueryId());
  }

  private void fail(String correlation, Throwable why) {
    Pending waiting = pending.remove(correlation);
    if (waiting != null) {
      waiting.answer().completeExceptionally(why);
    }
  }

  private void failAll(RuntimeException why) {
    closedBy = why;
    pending.keySet().forEach(correlation -> fail(correlation, why));
  }
}
