package io.hydra.stream.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.InMemoryHistoryStore;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.TestRegistry;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.metrics.LocalReporter;
import io.hydra.stream.metrics.Scrape;
import io.hydra.stream.trigger.HeadRequest;
import io.hydra.stream.trigger.TriggerSettings;
import io.hydra.stream.writer.BatchSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** A scrape of a local cluster after a known log, against the plain-Java oracle. */
class HistoryJobMetricsTest {
  private static final HistoryLimits LIMITS =
      new HistoryLimits(20, Duration.ofMillis(4000), Duration.ZERO);
  private static final TriggerSettings TRIGGERS =
      new TriggerSettings(5, Duration.ofMillis(50), Duration.ofMillis(20), Duration.ZERO);

  @TempDir Path checkpoints;
  private final EmbeddedRedis redis = new EmbeddedRedis();
  private final Map<String, Double> expected = new TreeMap<>();
  private JobClient client;

  /** Lets as many pass as one partition has, and then no more: a source that ended drops tasks. */
  private static final class OnePass implements RateLimiter<SourceSplit> {
    private int passed;

    @Override
    public CompletionStage<Void> acquire(int permits) {
      passed += permits;
      return passed <= EventLog.SIZE
          ? CompletableFuture.completedFuture(null)
          : new CompletableFuture<>();
    }
  }

  @AfterEach
  void stop() throws Exception {
    client.cancel().get();
    redis.close();
  }

  private void start(CollectingSink<HeadRequest> heads) throws Exception {
    FlinkSettings settings =
        new FlinkSettings(2, Duration.ofMillis(100), checkpoints.toString(), 0, null);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.forLocalCluster());
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
            new DataGeneratorSource<>(
                new ReplayedLog("measured", -1),
                ReplayedLog.ENDLESS,
                parallelism -> new OnePass(),
                TypeInformation.of(RawRecord.class)),
            new HistoryJob.Outputs(
                new CollectingSink<>("measured-letters"),
                heads,
                new CollectingSink<>("measured-verdicts"),
                new CollectingSink<>("measured-erasures")));
    client = env.executeAsync("measured");
  }

  private void count(String metric) {
    expected.merge(metric, 1.0, Double::sum);
  }

  private void askOracle() {
    InMemoryHistoryStore oracle = new InMemoryHistoryStore(LIMITS);
    EventIntake intake =
        new EventIntake(new RegistryDeserializer<>(TestRegistry.open(), Topic.EVENTS));
    for (List<RawRecord> log : ReplayedLog.logs()) {
      for (RawRecord raw : log) {
        try {
          UserEvent event = intake.accept(raw);
          if (event.isErasure()) {
            oracle.erase(event.erasure());
            count("erasures_total");
          } else if (!event.changesHistory()) {
            count("verdict=\"accepted\"");
          } else {
            String effect = oracle.write(List.of(event.write())).get(0).effect().name();
            count("effect=\"" + effect.toLowerCase(Locale.ROOT) + "\"");
          }
        } catch (RejectedRecordException e) {
          count("exception=\"" + e.getClass().getSimpleName() + "\"");
        }
      }
    }
  }

  private static Scrape scrape() {
    return new Scrape(LocalReporter.scrape());
  }

  /** The number of events that have come to their end; one in flight has not. */
  private static double finished(Scrape scrape) {
    return scrape.sum("rejected_exception_total")
        + scrape.sum("verdicts_verdict_total")
        + scrape.sum("event_to_history_seconds_count")
        - scrape.sum("events_in_flight");
  }

  @Test
  void everyEventIsCountedOnceByWhatBecameOfIt() throws Exception {
    askOracle();
    var heads = new CollectingSink<HeadRequest>("measured-heads");
    start(heads);
    var unused = heads.collected().take();
    int all = EventLog.SIZE * ReplayedLog.logs().size();
    Scrape scrape = scrape();
    while (finished(scrape) < all) {
      TimeUnit.MILLISECONDS.sleep(20);
      scrape = scrape();
    }
    assertThat(scrape.sum("events_total")).isEqualTo(all);
    assertThat(
            scrape.sum("rejected_exception_total")
                + scrape.sum("verdicts_verdict_total")
                + scrape.sum("writes_effect_total")
                + scrape.sum("erasures_total"))
        .isEqualTo(all);
    for (Map.Entry<String, Double> each : expected.entrySet()) {
      assertThat(found(scrape, each.getKey())).as(each.getKey()).isEqualTo(each.getValue());
    }
    // Else the log would show little: all of these occur in it.
    assertThat(expected.keySet())
        .contains(
            "effect=\"entered\"",
            "effect=\"repeated\"",
            "effect=\"replaced\"",
            "verdict=\"accepted\"",
            "erasures_total");

    assertThat(scrape.sum("events_in_flight")).isZero();
    assertThat(scrape.sum("event_to_history_seconds_count"))
        .isEqualTo(
            all - scrape.sum("rejected_exception_total") - scrape.sum("verdicts_verdict_total"));
    assertThat(scrape.sum("event_to_history_seconds_le_bucket", "le=\"+Inf\""))
        .isEqualTo(scrape.sum("event_to_history_seconds_count"));
    assertThat(scrape.sum("flush_events_sum")).isEqualTo(scrape.sum("writes_effect_total"));
    assertThat(scrape.sum("history_bytes_sum")).isPositive();
    // Triggers go on for a moment; once none waits, as many were sent as were counted.
    while (scrape().sum("head_requests_reason_total") != 1 + heads.collected().size()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static double found(Scrape scrape, String what) {
    if (what.startsWith("effect")) {
      return scrape.sum("writes_effect_total", what);
    }
    if (what.startsWith("verdict")) {
      return scrape.sum("verdicts_verdict_total", what);
    }
    return what.startsWith("exception")
        ? scrape.sum("rejected_exception_total", what)
        : scrape.sum(what);
  }
}
