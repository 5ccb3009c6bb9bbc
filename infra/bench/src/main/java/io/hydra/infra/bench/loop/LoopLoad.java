package io.hydra.infra.bench.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.bench.heads.MadeUp;
import io.hydra.infra.bench.load.BenchProducer;
import io.hydra.infra.bench.load.Pace;
import io.hydra.infra.bench.loop.LoopLoad.HeadProbe.Kind;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends events and verdicts at a fixed rate, and an exposure a second before each verdict on it, as
 * serving would. Users who judge write nothing, so a head shows each of their verdicts. One thread.
 */
final class LoopLoad implements AutoCloseable {
  private static final String TENANT = "bench";
  private static final long JUDGED_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

  /** Events of one user come in the order of their number, and all enter the history. */
  private static final int PROBE_EVERY = 10;

  /** A head counts no more. */
  private static final int MOST_VERDICTS = 60;

  private final BenchProducer producer;
  private final RegistrySerializer<BehaviorEvent> events;
  private final RegistrySerializer<Exposure> exposures;
  private final TaskSpec task;
  private final MadeUp data;
  private final SplittableRandom random;
  private final int verdictEvery;
  private final long[] eventsOf;
  private final int[] verdictsOf;
  private final Deque<Shown> shown = new ArrayDeque<>();
  private long number;

  private record Shown(int user, String queryId, long sentNanos) {}

  /**
   * @param judges users who give verdicts, beside {@code users} who write
   * @param verdictEvery one record in so many is a verdict
   */
  LoopLoad(
      String bootstrapServers,
      SchemaRegistryClient registry,
      TaskSpec task,
      int users,
      int judges,
      int verdictEvery,
      long seed) {
    // As the Java client has it.
    this.producer = new BenchProducer(bootstrapServers, Map.of(ProducerConfig.LINGER_MS_CONFIG, 2));
    this.events = new RegistrySerializer<>(registry, Topic.EVENTS);
    this.exposures = new RegistrySerializer<>(registry, Topic.EXPOSURES);
    this.task = task;
    this.data = new MadeUp(seed);
    this.random = new SplittableRandom(seed);
    this.verdictEvery = verdictEvery;
    this.eventsOf = new long[users];
    this.verdictsOf = new int[judges];
  }

  /**
   * @throws UserException if the broker did not take all
   */
  void run(double perSecond, Duration length, Consumer<HeadProbe> probes) {
    long unused = Pace.keep(perSecond, length, number -> send(number, probes));
    producer.flush();
  }

  private void send(long number, Consumer<HeadProbe> probes) {
    if (number % verdictEvery == 0) {
      show();
      judge(probes);
    } else {
      write(number % PROBE_EVERY == 1 ? probes : probe -> {});
    }
  }

  private void write(Consumer<HeadProbe> probes) {
    int index = random.nextInt(eventsOf.length);
    UserKey user = new UserKey(TENANT, "writer-" + index);
    HistoryItem item = data.item(task);
    BehaviorEvent event =
        BehaviorEvents.interaction(
            "e" + number++, user, task.id(), Instant.now(), item.input(), item.output());
    probes.accept(new HeadProbe(Kind.EVENT, user, ++eventsOf[index], System.nanoTime()));
    send(Topic.EVENTS, user, events.serialize(null, event));
  }

  private void show() {
    int index = random.nextInt(verdictsOf.length);
    if (verdictsOf[index] == MOST_VERDICTS) {
      return;
    }
    UserKey user = new UserKey(TENANT, "judge-" + index);
    String queryId = "q" + number++;
    List<ShownCandidate> candidates = new ArrayList<>();
    for (String option : task.options()) {
      candidates.add(new ShownCandidate(option, 1.0 / task.options().size(), 1, null));
    }
    Instant now = Instant.now();
    Exposure exposure =
        Exposure.newBuilder()
            .setQueryId(queryId)
            .setTenant(user.tenant())
            .setUserId(user.userId())
            .setTask(task.id())
            .setAskedAt(now)
            .setShownAt(now)
            .setInput(data.item(task).input())
            .setShown(0)
            .setCandidates(candidates)
            .setItems(List.of())
            .setHistoryVersion(0)
            .setBaseVersion("")
            .setHeadVersion(0)
            .build();
    send(Topic.EXPOSURES, user, exposures.serialize(null, exposure));
    shown.add(new Shown(index, queryId, System.nanoTime()));
  }

  private void judge(Consumer<HeadProbe> probes) {
    Shown next = shown.peek();
    if (next == null || System.nanoTime() - next.sentNanos() < JUDGED_AFTER_NANOS) {
      return;
    }
    shown.remove();
    UserKey user = new UserKey(TENANT, "judge-" + next.user());
    BehaviorEvent event =
        BehaviorEvents.chose(
            "v" + number++,
            user,
            task.id(),
            Instant.now(),
            next.queryId(),
            random.nextInt(task.options().size()));
    probes.accept(new HeadProbe(Kind.VERDICT, user, ++verdictsOf[next.user()], System.nanoTime()));
    send(Topic.EVENTS, user, events.serialize(null, event));
  }

  private void send(Topic topic, UserKey user, byte[] value) {
    producer.send(new ProducerRecord<>(topic.topicName(), user.recordKey().getBytes(UTF_8), value));
  }

  @Override
  public void close() {
    producer.close();
  }

  /**
   * Something sent whose effect on a head is awaited.
   *
   * @param count of the user's events, or verdicts, with this one
   */
  record HeadProbe(Kind kind, UserKey user, long count, long sentNanos) {
    /** The kind of a probe. */
    enum Kind {
      EVENT,
      VERDICT
    }

    boolean isIn(Heads heads) {
      return (kind == Kind.EVENT ? heads.historyVersion() : heads.verdicts()) >= count;
    }
  }
}
