package io.hydra.serving.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.serving.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns the loop by hand; handlers end when the test says so. */
class QueryLoopTest {
  private static final String TOPIC = "queries";
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private final ManualTime time = new ManualTime();
  private final Map<TopicPartition, Long> commits = new HashMap<>();
  private final MockConsumer<byte[], byte[]> consumer = new CommitRecorder();
  private final Map<String, CompletableFuture<Void>> started = new LinkedHashMap<>();
  private final Map<String, Fence> fences = new LinkedHashMap<>();
  private QueryLoop loop;

  @BeforeEach
  void start() {
    loop = loop(4);
    loop.subscribe();
    consumer.rebalance(List.of(P0));
    consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
  }

  private QueryLoop loop(int maxInFlight) {
    return new QueryLoop(
        consumer,
        TOPIC,
        accepted -> {
          String name = accepted.record().partition() + "@" + accepted.record().offset();
          CompletableFuture<Void> task = new CompletableFuture<>();
          started.put(name, task);
          fences.put(name, accepted.fence());
          return task;
        },
        Runnable::run,
        time::nanos,
        new LoopOptions(maxInFlight, Duration.ZERO, DRAIN));
  }

  @Test
  void oneUsersQueriesFollowEachOtherWhileOthersRunBeside() {
    add(P0, 0, "t:ann");
    add(P0, 1, "t:ann");
    add(P0, 2, "t:bob");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@2");
    end("0@0");
    assertThat(started).containsKey("0@1");
  }

  @Test
  void onlyTheFinishedPrefixIsCommitted() {
    for (int offset = 0; offset < 3; offset++) {
      add(P0, offset, "t:" + offset);
    }
    loop.turn();
    end("0@2");
    end("0@1");
    loop.turn();
    assertThat(committed(P0)).isZero();
    end("0@0");
    loop.turn();
    assertThat(committed(P0)).isEqualTo(3);
  }

  @Test
  void pollingPausesAtTheBoundAndResumesBelowIt() {
    for (int offset = 0; offset < 6; offset++) {
      add(P0, offset, "t:" + offset);
    }
    loop.turn();
    assertThat(loop.inFlight()).isEqualTo(4);
    loop.turn();
    assertThat(consumer.paused()).containsExactly(P0);
    end("0@0");
    end("0@1");
    end("0@2");
    loop.turn();
    assertThat(started).hasSize(6);
    assertThat(loop.inFlight()).isEqualTo(3);
    loop.turn();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void revokingCommitsThePrefixAndFencesWhatIsInFlight() {
    for (int offset = 0; offset < 3; offset++) {
      add(P0, offset, "t:" + offset);
    }
    loop.turn();
    end("0@0");
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(P1)));
    loop.turn();
    assertThat(committed(P0)).isEqualTo(1);
    assertThat(fences.get("0@1").isRevoked()).isTrue();
    end("0@1");
    end("0@2");
    loop.turn();
    assertThat(committed(P0)).isEqualTo(1);
    assertThat(loop.inFlight()).isZero();
  }

  @Test
  void aPartitionThatComesBackStartsFromItsCommitUnderANewFence() {
    add(P0, 0, "t:a");
    loop.turn();
    Fence old = fences.get("0@0");
    consumer.rebalance(List.of());
    consumer.rebalance(List.of(P0));
    consumer.seek(P0, 0);
    add(P0, 0, "t:a");
    CompletableFuture<Void> first = started.remove("0@0");
    loop.turn();
    assertThat(started).as("the user's earlier query is still at work").isEmpty();
    first.complete(null);
    loop.turn();
    assertThat(committed(P0)).as("the fenced end of the first does not count").isZero();
    assertThat(fences.get("0@0")).isNotSameAs(old);
    end("0@0");
    loop.turn();
    assertThat(committed(P0)).isEqualTo(1);
  }

  @Test
  void aRevokedPartitionsWaitingRecordsAreNeverStarted() {
    for (int offset = 0; offset < 6; offset++) {
      add(P0, offset, "t:" + offset);
    }
    loop.turn();
    consumer.rebalance(List.of(P1));
    List.copyOf(started.keySet()).forEach(this::end);
    loop.turn();
    assertThat(started).hasSize(4);
  }

  @Test
  void aFailingCommitDoesNotStopTheLoopAndIsTriedAgain() {
    List<Map<TopicPartition, OffsetAndMetadata>> refused = new ArrayList<>();
    MockConsumer<byte[], byte[]> failing =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized void commitSync(
              Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            refused.add(offsets);
            throw new KafkaException("the group is rebalancing");
          }
        };
    QueryLoop other =
        new QueryLoop(
            failing,
            TOPIC,
            accepted -> CompletableFuture.completedFuture(null),
            Runnable::run,
            time::nanos,
            new LoopOptions(4, Duration.ofHours(1), DRAIN));
    other.subscribe();
    failing.rebalance(List.of(P0));
    failing.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
    failing.addRecord(record(P0, 0, "t:a"));
    other.turn();
    failing.rebalance(List.of(P1));
    assertThat(refused).containsExactly(Map.of(P0, new OffsetAndMetadata(1)));
    failing.addRecord(record(P1, 0, "t:a"));
    other.turn();
    other.turn();
    assertThat(other.inFlight()).isZero();
  }

  @Test
  void aShutdownPollsOnUntilWhatIsInFlightHasEnded() {
    add(P0, 0, "t:a");
    add(P0, 1, "t:b");
    loop.turn();
    List<String> polls = new ArrayList<>();
    consumer.schedulePollTask(() -> polls.add("first"));
    consumer.schedulePollTask(
        () -> {
          end("0@0");
          end("0@1");
        });
    loop.stop();
    loop.drain();
    assertThat(polls).containsExactly("first");
    assertThat(committed(P0)).isEqualTo(2);
  }

  @Test
  void aShutdownDoesNotWaitLongerThanItsTimeout() {
    add(P0, 0, "t:a");
    add(P0, 1, "t:b");
    loop.turn();
    end("0@0");
    consumer.schedulePollTask(() -> time.advance(DRAIN));
    loop.drain();
    assertThat(committed(P0)).isEqualTo(1);
  }

  @Test
  void nothingNewIsStartedDuringAShutdown() {
    add(P0, 0, "t:a");
    loop.turn();
    add(P0, 1, "t:b");
    consumer.schedulePollTask(() -> end("0@0"));
    loop.drain();
    assertThat(started).containsOnlyKeys("0@0");
    assertThat(committed(P0)).isEqualTo(1);
  }

  @Test
  void whatAHandlerCannotMendEndsTheLoopWithoutCommittingIt() {
    MockConsumer<byte[], byte[]> one = new MockConsumer<>("earliest");
    one.schedulePollTask(
        () -> {
          one.rebalance(List.of(P0));
          one.updateBeginningOffsets(Map.of(P0, 0L));
          one.addRecord(record(P0, 0, "t:a"));
        });
    QueryLoop broken =
        new QueryLoop(
            one,
            TOPIC,
            accepted -> CompletableFuture.failedFuture(new KafkaException("not authorized")),
            Runnable::run,
            time::nanos,
            new LoopOptions(4, Duration.ZERO, DRAIN));
    assertThatThrownBy(broken::run)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("not authorized");
    assertThat(one.closed()).isTrue();
  }

  private void add(TopicPartition tp, long offset, String key) {
    consumer.addRecord(record(tp, offset, key));
  }

  private static ConsumerRecord<byte[], byte[]> record(TopicPartition tp, long offset, String key) {
    return new ConsumerRecord<>(
        tp.topic(), tp.partition(), offset, key.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }

  private void end(String name) {
    started.get(name).complete(null);
  }

  private long committed(TopicPartition tp) {
    return commits.getOrDefault(tp, 0L);
  }

  /** The mock forgets the commits of partitions that are no longer assigned. */
  private final class CommitRecorder extends MockConsumer<byte[], byte[]> {
    CommitRecorder() {
      super("earliest");
    }

    @Override
    public synchronized void commitSync(
        Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      note(offsets);
      super.commitSync(offsets, timeout);
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      note(offsets);
      super.commitAsync(offsets, callback);
    }

    private void note(Map<TopicPartition, OffsetAndMetadata> offsets) {
      offsets.forEach((tp, at) -> commits.put(tp, at.offset()));
    }
  }
}
