package io.hydra.stream.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.InMemoryHistoryStore;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.TestRegistry;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.event.UserVerdict;
import io.hydra.stream.trigger.HeadRequest;
import io.hydra.stream.trigger.TriggerSettings;
import io.hydra.stream.writer.BatchSettings;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The whole graph on a local Flink cluster and a real Redis, against the plain-Java oracle. */
class HistoryJobTest {
  private static final HistoryLimits LIMITS =
      new HistoryLimits(20, Duration.ofMillis(4000), Duration.ZERO);
  private static final TriggerSettings TRIGGERS =
      new TriggerSettings(5, Duration.ofMillis(50), Duration.ofMillis(20), Duration.ZERO);

  @TempDir Path checkpoints;
  private final EmbeddedRedis redis = new EmbeddedRedis();
  private final InMemoryHistoryStore oracle = new InMemoryHistoryStore(LIMITS);
  private final Set<Slot> histories = new HashSet<>();
  private final Set<String> erasures = new HashSet<>();
  private final Set<String> verdicts = new HashSet<>();
  private final Set<ByteBuffer> rejectedBytes = new HashSet<>();
  private final Map<Slot, Long> requested = new HashMap<>();

  private record Slot(String userKey, String task) {}

  private JobClient client;

  @AfterEach
  void stop() throws Exception {
    try {
      if (client != null) {
        cancel();
      }
    } finally {
      redis.close();
    }
  }

  /** Until the job has ended: asked to, it still completes and deletes checkpoints for a while. */
  private void cancel() throws Exception {
    var end = client.getJobExecutionResult();
    if (!end.isDone()) {
      client.cancel().get();
    }
    assertThat(end.handle((result, failure) -> true).get()).isTrue();
  }

  /** A job that has ended sends nothing more; waiting for it would only hide why. */
  private void assertRuns(String waitingFor) {
    assertThat(client.getJobStatus().join())
        .as(waitingFor)
        .isNotIn(JobStatus.FAILED, JobStatus.CANCELED, JobStatus.FINISHED);
  }

  private <T> T next(CollectingSink<T> sink) throws InterruptedException {
    while (true) {
      T element = sink.collected().poll(1, TimeUnit.SECONDS);
      if (element != null) {
        return element;
      }
      assertRuns(sink.name());
    }
  }

  private JobClient start(
      String run,
      long failAt,
      CollectingSink<DeadLetter> letters,
      CollectingSink<HeadRequest> heads)
      throws Exception {
    Configuration conf =
        new FlinkSettings(2, Duration.ofMillis(100), checkpoints.toString(), 0, null)
            .forLocalCluster()
            .set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(1));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(conf);
    URI url = redis.url();
    new HistoryJob(
            TestRegistry::open,
            () ->
                RedisHistoryStore.ofCurrentView(RedisClient.builder().fromURI(url).build(), LIMITS),
            BatchSettings.DEFAULT,
            TRIGGERS,
            Duration.ofSeconds(1))
        .build(
            env,
            ReplayedLog.source(run, failAt),
            new HistoryJob.Outputs(
                letters,
                heads,
                new CollectingSink<>(run + "-verdicts"),
                new CollectingSink<>(run + "-erasures")));
    return env.executeAsync(run);
  }

  private void askOracle() {
    EventIntake intake =
        new EventIntake(new RegistryDeserializer<>(TestRegistry.open(), Topic.EVENTS));
    for (List<RawRecord> log : ReplayedLog.logs()) {
      for (RawRecord raw : log) {
        try {
          UserEvent event = intake.accept(raw);
          if (event.isErasure()) {
            erasures.add(event.erasure().eventId());
            oracle.erase(event.erasure());
          } else if (!event.changesHistory()) {
            verdicts.add(event.verdict().userKey() + " " + event.verdict().eventId());
          } else {
            oracle.write(List.of(event.write()));
            histories.add(new Slot(event.write().user().recordKey(), event.write().task()));
          }
        } catch (RejectedRecordException e) {
          rejectedBytes.add(bytes(raw.key(), raw.value()));
        }
      }
    }
  }

  private static ByteBuffer bytes(byte[] key, byte[] value) {
    byte[] present = value == null ? new byte[0] : value;
    return ByteBuffer.allocate(8 + key.length + present.length)
        .putInt(key.length)
        .put(key)
        .putInt(value == null ? -1 : value.length)
        .put(present)
        .flip();
  }

  /** Until the last version of every history was requested. */
  private void awaitRequests(CollectingSink<HeadRequest> heads) throws InterruptedException {
    while (!histories.stream()
        .allMatch(h -> requested.getOrDefault(h, 0L) == oracle.version(h.userKey(), h.task()))) {
      HeadRequest request = next(heads);
      requested.put(new Slot(request.userKey(), request.task()), request.historyVersion());
    }
  }

  private void assertHistoriesEqualTheOracle() {
    for (Slot h : histories) {
      History history = redis.history(h.userKey(), h.task());
      assertThat(history.items()).isEqualTo(oracle.items(h.userKey(), h.task()));
      assertThat(history.version()).isEqualTo(oracle.version(h.userKey(), h.task()));
    }
    assertThat(histories).hasSize(32);
  }

  private long latestCheckpoint() throws IOException {
    try {
      return RetainedCheckpoints.latest(checkpoints)
          .map(path -> Long.parseLong(path.getFileName().toString().substring("chk-".length())))
          .orElse(0L);
    } catch (UncheckedIOException e) {
      return 0; // The running job deleted an older one meanwhile.
    }
  }

  @Test
  void historiesEqualTheOracleAndNothingIsLostAcrossAFailure() throws Exception {
    askOracle();
    var letters = new CollectingSink<DeadLetter>("failing-letters");
    var heads = new CollectingSink<HeadRequest>("failing-heads");
    var confirmed = new CollectingSink<ErasedUser>("failing-erasures");
    client = start("failing", EventLog.SIZE / 2, letters, heads);

    awaitRequests(heads);
    Set<ByteBuffer> missing = new HashSet<>(rejectedBytes);
    List<ByteBuffer> unexpected = new ArrayList<>();
    while (!missing.isEmpty()) {
      DeadLetter letter = next(letters);
      ByteBuffer bytes = bytes(letter.raw().key(), letter.raw().value());
      missing.remove(bytes);
      if (!rejectedBytes.contains(bytes)) {
        unexpected.add(bytes);
      }
    }

    var forwarded = new CollectingSink<UserVerdict>("failing-verdicts");
    Set<String> notForwarded = new HashSet<>(verdicts);
    assertThat(notForwarded).isNotEmpty();
    while (!notForwarded.isEmpty()) {
      UserVerdict verdict = next(forwarded);
      notForwarded.remove(verdict.userKey() + " " + verdict.eventId());
    }

    Set<String> unconfirmed = new HashSet<>(erasures);
    while (!unconfirmed.isEmpty()) {
      unconfirmed.remove(next(confirmed).eventId());
    }

    assertThat(unexpected).isEmpty();
    assertThat(ReplayedLog.failed("failing")).isTrue();
    assertHistoriesEqualTheOracle();
  }

  @Test
  void nextRunResumesFromTheLatestCheckpoint() throws Exception {
    askOracle();
    var letters = new CollectingSink<DeadLetter>("resumed-letters");
    var heads = new CollectingSink<HeadRequest>("resumed-heads");
    client = start("first", -1, letters, heads);
    HeadRequest first = next(heads);
    requested.put(new Slot(first.userKey(), first.task()), first.historyVersion());
    // A checkpoint that holds something: one that began after records had come this far.
    long complete = 0;
    while (complete < 3) {
      var unused = letters.collected().poll(20, TimeUnit.MILLISECONDS);
      assertRuns("third checkpoint");
      complete = latestCheckpoint();
    }
    cancel();

    Configuration resumed =
        new FlinkSettings(2, Duration.ofSeconds(1), checkpoints.toString(), 0, null)
            .forLocalCluster();
    assertThat(resumed.get(StateRecoveryOptions.SAVEPOINT_PATH)).contains("chk-");
    client = start("second", -1, letters, heads);
    awaitRequests(heads);
    // Run one may have requested everything already: then run two has yet to read its first record.
    while (!ReplayedLog.began("second")) {
      var unused = letters.collected().poll(20, TimeUnit.MILLISECONDS);
      assertRuns("first record of the second run");
    }

    assertThat(ReplayedLog.firstPosition("first")).isZero();
    assertThat(ReplayedLog.firstPosition("second")).isPositive();
    assertHistoriesEqualTheOracle();
  }
}
