package io.hydra.infra.bench.history;

import io.hydra.infra.bench.load.BenchProducer;
import io.hydra.infra.bench.load.Pace;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Produces events, acknowledged by all in-sync replicas. One thread may send at a time. */
final class Generator implements AutoCloseable {
  private final BenchProducer producer;
  private final EventTemplates templates;
  private final EventSource source;
  private int probesSent;

  /**
   * A probe that was handed to the producer.
   *
   * @param version of the user's history once it is there: nobody else sends events of this user
   */
  record Probe(int user, long version, long sentNanos) {}

  Generator(
      String bootstrapServers, String compression, EventTemplates templates, EventSource source) {
    this.templates = templates;
    this.source = source;
    this.producer =
        new BenchProducer(
            bootstrapServers,
            Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                2,
                ProducerConfig.BATCH_SIZE_CONFIG,
                64 * 1024,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                32L * 1024 * 1024,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                compression));
  }

  /** Events acknowledged so far. */
  long acknowledged() {
    return producer.acknowledged();
  }

  /**
   * As many events as fast as it can.
   *
   * @return events acknowledged per second
   * @throws UserException if one was not
   */
  double flatOut(long events) {
    long start = System.nanoTime();
    for (long i = 0; i < events; i++) {
      send(source.next());
    }
    producer.flush();
    return events * Pace.NANOS / (System.nanoTime() - start);
  }

  /**
   * Events at a fixed rate; behind its schedule it makes up for it.
   *
   * @param probeEvery one event of so many is a probe; 0 for none
   * @param probeUsers the last so many users of the templates, to which probes go in turn
   * @return events acknowledged per second
   * @throws UserException if one was not
   */
  double atRate(
      double perSecond, Duration length, int probeEvery, int probeUsers, Consumer<Probe> probes) {
    long start = System.nanoTime();
    long sent =
        Pace.keep(
            perSecond,
            length,
            number -> {
              if (probeEvery > 0 && number % probeEvery == 0) {
                int before = probesSent++;
                int user = templates.count() - probeUsers + before % probeUsers;
                probes.accept(new Probe(user, before / probeUsers + 1, System.nanoTime()));
                send(source.of(user));
              } else {
                send(source.next());
              }
            });
    producer.flush();
    return sent * Pace.NANOS / (System.nanoTime() - start);
  }

  private void send(EventSource.Next next) {
    producer.send(
        new ProducerRecord<>(
            Topic.EVENTS.topicName(),
            templates.key(next.user()),
            templates.value(next.user(), next.number(), next.occurredAt())));
  }

  @Override
  public void close() {
    producer.close();
  }

  /**
   * The order of events: users drawn evenly, distinct ids, {@code occurred_at} rising by a
   * millisecond, one event in ten set back. It is set back so little that at most {@code capacity}
   * - 1 events can be newer by then: each event enters its history, and so the histories' versions
   * tell how many were written. Not thread-safe.
   */
  static final class EventSource {
    private static final int MOST_SET_BACK = 100;
    private static final int ONE_IN = 10;

    private final int users;
    private final int setBack;
    private final long firstTime;
    private final SplittableRandom random;
    private long number;

    /**
     * @param firstTime of the first event, in milliseconds since the epoch
     */
    EventSource(int users, int capacity, long firstTime, long seed) {
      this.users = users;
      this.setBack = Math.min(MOST_SET_BACK, capacity - 1);
      this.firstTime = firstTime;
      this.random = new SplittableRandom(seed);
    }

    /** Its number names it; none comes twice. */
    record Next(int user, long number, long occurredAt) {}

    Next next() {
      return of(random.nextInt(users));
    }

    /** The next event, of this user. */
    Next of(int user) {
      long back = random.nextInt(ONE_IN) == 0 ? random.nextInt(setBack + 1) : 0;
      return new Next(user, number, firstTime + number++ - back);
    }
  }
}
