package io.hydra.serving.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.testing.LosingConsumer;
import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
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
  private final Map<String, Runnable> turnsOver = new HashMap<>();
  private final Map<String, BooleanSupplier> fences = new LinkedHashMap<>();
  private final Map<String, Boolean> perhapsAgain = new LinkedHashMap<>();
  private final Map<String, Job.Refusal> refused = new LinkedHashMap<>();
  private final Map<String, CompletableFuture<Void>> unready = new HashMap<>();
  private CompletableFuture<Void> refusals = CompletableFuture.completedFuture(null);
  private boolean room = true;
  private QueryLoop loop;

  @BeforeEach
  void start() {
    consumer.updateEndOffsets(Map.of(P0, 0L, P1, 0L));
    loop = loop(4);
    loop.subscribe();
    consumer.rebalance(List.of(P0));
    consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
  }

  /** Ends when the test says so. A record's value, if it has one, is its time to live in ms. */
  private final class FakeJob implements Job {
    private final String name;
    private final String tenant;
    private final long expiresAt;

    FakeJob(Accepted accepted) {
      ConsumerRecord<byte[], byte[]> record = accepted.record();
      name = record.partition() + "@" + record.offset();
      tenant = new String(record.key(), UTF_8).split(":")[0];
      expiresAt =
          record.value().length == 0
              ? NEVER
              : time.nanos()
                  + Duration.ofMillis(Long.parseLong(new String(record.value(), UTF_8))).toNanos();
      fences.put(name, accepted.revoked());
      perhapsAgain.put(name, accepted.perhapsAgain());
    }

    @Override
    public String tenant() {
      return tenant;
    }

    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public CompletableFuture<Void> ready() {
      return unready.getOrDefault(name, CompletableFuture.completedFuture(null));
    }

    @Override
    public long expiresAtNanos() {
      return expiresAt;
    }

    @Override
    public CompletableFuture<Void> run(Runnable turnOver) {
      CompletableFuture<Void> task = new CompletableFuture<>();
      turnsOver.put(name, turnOver);
      started.put(name, task);
      return task;
    }

    @Override
    public CompletableFuture<Void> refuse(Refusal why) {
      refused.put(name, why);
      return refusals;
    }
  }

  private QueryLoop loop(int maxInFlight) {
    return loop(maxInFlight, new WaitingBounds(2, 4, 1_000, 6, 1_000), 100);
  }

  private QueryLoop loop(int maxInFlight, WaitingBounds waiting, int maxSpan) {
    return loop(consumer, maxInFlight, waiting, maxSpan);
  }

  private QueryLoop loop(
      MockConsumer<byte[], byte[]> reader, int maxInFlight, WaitingBounds waiting, int maxSpan) {
    return new QueryLoop(
        reader,
        TOPIC,
        FakeJob::new,
        Runnable::run,
        () -> room,
        time::nanos,
        time::advance,
        new LoopOptions(
            maxInFlight, waiting, tenant -> Integer.MAX_VALUE, maxSpan, Duration.ZERO, DRAIN));
  }

  private void restart(QueryLoop other) {
    loop = other;
    loop.subscribe();
    consumer.rebalance(List.of());
    consumer.rebalance(List.of(P0));
  }

  @Test
  void oneUsersQueriesFollowEachOtherWhileOthersRunBeside() {
    add(P0, 0, "t:ann");
    add(P0, 1, "t:ann");
    add(P0, 2, "t:bob");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@2");
    end("0@0");
    loop.turn();
    assertThat(started).containsKey("0@1");
  }

  @Test
  void aQueryMayGiveItsTurnAwayBeforeItIsDone() {
    add(P0, 0, "t:ann");
    add(P0, 1, "t:ann");
    loop.turn();
    turnsOver.get("0@0").run();
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@1");
    assertThat(loop.inFlight()).isEqualTo(2);
    end("0@1");
    loop.turn();
    assertThat(committed(P0)).isZero();
    end("0@0");
    loop.turn();
    assertThat(committed(P0)).isEqualTo(2);
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
  void aKeyThatNeverEndsHoldsOneSlotAlone() {
    restart(loop(2));
    add(P0, 0, "t:bot");
    add(P0, 1, "t:bot");
    add(P0, 2, "t:bot");
    add(P0, 3, "t:ann");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@3");
  }

  @Test
  void threeHundredQueriesOfOneUserAreAnsweredAtOnceOrInTurnAndOthersAreNotHeldUp() {
    restart(loop(2, new WaitingBounds(16, 64, 1_000, 128, 2_000), 1_000));
    for (int offset = 0; offset < 300; offset++) {
      add(P0, offset, "t:bot");
    }
    for (int offset = 300; offset < 304; offset++) {
      add(P0, offset, "t:user" + offset);
    }
    loop.turn();
    assertThat(refused).hasSize(300 - 17).containsEntry("0@17", Job.Refusal.KEY_FULL);
    assertThat(refused).doesNotContainKeys("0@300", "0@301", "0@302", "0@303");
    assertThat(started).containsOnlyKeys("0@0", "0@300");
    for (String other : List.of("0@300", "0@301", "0@302")) {
      end(other);
      loop.turn();
    }
    assertThat(started).containsOnlyKeys("0@0", "0@300", "0@301", "0@302", "0@303");
    assertThat(committed(P0)).isZero();
    end("0@0");
    loop.turn();
    assertThat(started).containsKey("0@1");
  }

  @Test
  void nothingIsStartedWithoutRoomForItUnlessNothingRuns() {
    room = false;
    for (int offset = 0; offset < 3; offset++) {
      add(P0, offset, "t:" + offset);
    }
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0");
    end("0@0");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@1");
    room = true;
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@1", "0@2");
  }

  @Test
  void tenantsTakeTurns() {
    restart(loop(1, new WaitingBounds(2, 8, 1_000, 100, 2_000), 1_000));
    for (int offset = 0; offset < 8; offset++) {
      add(P0, offset, "big:" + offset);
    }
    add(P0, 8, "small:ann");
    loop.turn();
    end("0@0");
    loop.turn();
    end("0@1");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0", "0@1", "0@8");
  }

  @Test
  void aTenantsOverflowIsAnsweredAndAnotherTenantBehindItIsReached() {
    restart(loop(1));
    for (int offset = 0; offset < 7; offset++) {
      add(P0, offset, "big:" + offset);
    }
    add(P0, 7, "small:ann");
    loop.turn();
    assertThat(refused)
        .isEqualTo(
            Map.of(
                "0@5", Job.Refusal.TENANT_FULL,
                "0@6", Job.Refusal.TENANT_FULL));
    end("0@0");
    loop.turn();
    end("0@1");
    loop.turn();
    assertThat(started).containsKey("0@7");
  }

  @Test
  void aQueryWhoseTimeIsUpWhileItWaitsIsAnsweredThen() {
    restart(loop(1));
    add(P0, 0, "t:bot");
    add(P0, 1, "t:bot", 500);
    add(P0, 2, "t:ann", 700);
    loop.turn();
    time.advance(Duration.ofMillis(499));
    loop.turn();
    assertThat(refused).isEmpty();
    time.advance(Duration.ofMillis(201));
    loop.turn();
    assertThat(refused).containsOnlyKeys("0@2").containsValue(Job.Refusal.EXPIRED);
    end("0@0");
    loop.turn();
    assertThat(refused).as("the next of its key").containsOnlyKeys("0@1", "0@2");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0");
    assertThat(committed(P0)).isEqualTo(3);
  }

  @Test
  void whatExpiresTogetherIsAnsweredInTheOrderOfItsKey() {
    refusals = new CompletableFuture<>();
    restart(loop(1));
    add(P0, 0, "t:bot");
    add(P0, 1, "t:ann", 500);
    add(P0, 2, "t:ann", 500);
    loop.turn();
    time.advance(Duration.ofMillis(500));
    loop.turn();
    loop.turn();
    assertThat(refused).containsOnlyKeys("0@1");
    refusals.complete(null);
    loop.turn();
    assertThat(refused).containsOnlyKeys("0@1", "0@2");
    assertThat(loop.inFlight()).as("what is refused takes no place of those that run").isOne();
  }

  @Test
  void aQueryIsNotRefusedWhileAnEarlierOneOfItsKeyCannotBeReadYet() {
    unready.put("0@0", new CompletableFuture<>());
    add(P0, 0, "t:ann", 700);
    add(P0, 1, "t:ann", 500);
    loop.turn();
    time.advance(Duration.ofMillis(700));
    loop.turn();
    assertThat(refused).isEmpty();
    unready.get("0@0").complete(null);
    loop.turn();
    loop.turn();
    assertThat(List.copyOf(refused.keySet())).containsExactly("0@0", "0@1");
  }

  @Test
  void aQueryThatCameTooLateTakesNoTurn() {
    add(P0, 0, "t:ann", 0);
    loop.turn();
    assertThat(started).isEmpty();
    assertThat(refused).containsEntry("0@0", Job.Refusal.EXPIRED);
  }

  @Test
  void aRecordThatCannotBeReadYetHoldsUpItsOwnKeyAlone() {
    restart(loop(1));
    unready.put("0@0", new CompletableFuture<>());
    add(P0, 0, "t:new");
    add(P0, 1, "t:new");
    add(P0, 2, "t:ann");
    loop.turn();
    assertThat(started).containsOnlyKeys("0@2");
    end("0@2");
    unready.get("0@0").complete(null);
    loop.turn();
    assertThat(started).containsOnlyKeys("0@2", "0@0");
  }

  @Test
  void pollingPausesWhereAllTogetherWaitForTooMuchAndResumesBelow() {
    restart(loop(1));
    for (int offset = 0; offset < 7; offset++) {
      add(P0, offset, (offset % 2 == 0 ? "s:" : "t:") + offset);
    }
    loop.turn();
    loop.turn();
    assertThat(loop.inFlight()).isEqualTo(1);
    assertThat(refused).isEmpty();
    assertThat(consumer.paused()).containsExactly(P0);
    end("0@0");
    loop.turn();
    assertThat(consumer.paused()).isEmpty();
    assertThat(started).hasSize(2);
  }

  @Test
  void pollingPausesWhileTooManyRefusalsAreUnderWay() {
    refusals = new CompletableFuture<>();
    for (int offset = 0; offset < 7; offset++) {
      add(P0, offset, "t:bot");
    }
    loop.turn();
    assertThat(refused).hasSize(4).doesNotContainKeys("0@0", "0@1", "0@2");
    loop.turn();
    assertThat(consumer.paused()).containsExactly(P0);
    refusals.complete(null);
    loop.turn();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void aPartitionWhosePrefixStandsStillPausesAloneBeforeItRunsTooFarAhead() {
    restart(loop(4, new WaitingBounds(2, 4, 1_000, 6, 1_000), 6));
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, "t:slow");
    for (int offset = 1; offset < 6; offset++) {
      add(P0, offset, "t:" + offset);
      add(P1, offset, "t:other" + offset);
      loop.turn();
      end("0@" + offset);
      end("1@" + offset);
    }
    loop.turn();
    assertThat(consumer.paused()).containsExactly(P0);
    end("0@0");
    loop.turn();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void whatLayInThePartitionAtItsAssignmentMayHaveBeenDeliveredBefore() {
    consumer.updateEndOffsets(Map.of(P1, 1L));
    consumer.rebalance(List.of(P1));
    add(P1, 0, "t:ann");
    add(P1, 1, "t:bob");
    loop.turn();
    assertThat(perhapsAgain).containsEntry("1@0", true).containsEntry("1@1", false);
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
    assertThat(fences.get("0@1").getAsBoolean()).isTrue();
    end("0@1");
    end("0@2");
    loop.turn();
    assertThat(committed(P0)).isEqualTo(1);
    assertThat(loop.inFlight()).isZero();
  }

  @Test
  void aPartitionThatMovesWaitsForItsAnswersUnderWay() {
    add(P0, 0, "t:a");
    add(P0, 1, "t:b");
    loop.turn();
    List<Boolean> fenced = new ArrayList<>();
    for (int offset = 0; offset < 2; offset++) {
      String name = "0@" + offset;
      var unused =
          time.after(
              Duration.ofMillis(2_400 * (offset + 1)),
              () -> {
                fenced.add(fences.get(name).getAsBoolean());
                end(name);
              });
    }
    consumer.rebalance(List.of(P1));
    assertThat(committed(P0)).isEqualTo(2);
    assertThat(fenced).containsExactly(false, false);
    assertThat(time.nanos()).isLessThan(QueryLoop.HAND_OVER.toNanos());
  }

  /** As when the next instance joins before this one has drained. */
  @Test
  void aPartitionThatMovesFromWhoIsStoppingWaitsAsWell() {
    add(P0, 0, "t:a");
    loop.turn();
    loop.stop();
    List<Boolean> fenced = new ArrayList<>();
    var unused =
        time.after(
            Duration.ofSeconds(1),
            () -> {
              fenced.add(fences.get("0@0").getAsBoolean());
              end("0@0");
            });
    consumer.rebalance(List.of(P1));
    assertThat(fenced).containsExactly(false);
    assertThat(committed(P0)).isEqualTo(1);
  }

  @Test
  void whatStaysIsAnsweredWhileAnotherPartitionMoves() {
    restart(loop(1));
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, "t:a");
    loop.turn();
    add(P0, 1, "t:b");
    add(P1, 0, "t:c");
    loop.turn();
    var unused = time.after(Duration.ofSeconds(1), () -> end("0@0"));
    consumer.rebalance(List.of(P1));
    assertThat(started).containsOnlyKeys("0@0", "1@0");
    assertThat(committed(P0)).isEqualTo(1);
  }

  @Test
  void aPartitionThatComesBackStartsFromItsCommitUnderANewFence() {
    add(P0, 0, "t:a");
    loop.turn();
    BooleanSupplier old = fences.get("0@0");
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
  void aRevokedPartitionsWaitingRecordsAreNeverStartedNorRefused() {
    for (int offset = 0; offset < 6; offset++) {
      add(P0, offset, "t:" + offset, 1_000);
    }
    loop.turn();
    consumer.rebalance(List.of(P1));
    List.copyOf(started.keySet()).forEach(this::end);
    time.advance(Duration.ofHours(1));
    loop.turn();
    assertThat(started).hasSize(4);
    assertThat(refused).isEmpty();
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
            accepted -> new EndedJob(CompletableFuture.completedFuture(null)),
            Runnable::run,
            () -> true,
            time::nanos,
            time::advance,
            new LoopOptions(
                4,
                new WaitingBounds(2, 4, 9, 6, 9),
                tenant -> Integer.MAX_VALUE,
                100,
                Duration.ofHours(1),
                DRAIN));
    other.subscribe();
    failing.updateEndOffsets(Map.of(P0, 0L, P1, 0L));
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
  void aBrokerThatDoesNotLetUsReadIsAskedAgain() {
    add(P0, 0, "t:a");
    for (int second = 0; second < 11 * 60; second++) {
      consumer.setPollException(new TopicAuthorizationException(TOPIC));
      loop.turn();
    }
    assertThat(time.nanos()).isEqualTo(Duration.ofMinutes(11).toNanos());
    assertThat(started).isEmpty();
    loop.turn();
    assertThat(started).containsOnlyKeys("0@0");
  }

  @Test
  void itReadsQueriesWhileItIsInItsGroup() {
    LosingConsumer late = new LosingConsumer();
    late.updateEndOffsets(Map.of(P1, 0L));
    late.updateBeginningOffsets(Map.of(P1, 0L));
    QueryLoop other = loop(late, 4, new WaitingBounds(2, 4, 1_000, 6, 1_000), 100);
    other.subscribe();
    other.turn();
    assertThat(other.isPolling()).isFalse();
    late.schedulePollTask(() -> late.rebalance(List.of(P1)));
    other.turn();
    assertThat(other.isPolling()).isTrue();
    late.scheduleLossOf(P1);
    other.turn();
    assertThat(other.isPolling()).isFalse();
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
  void whatEndsTheProcessEndsTheLoopWithoutCommittingIt() {
    MockConsumer<byte[], byte[]> one = new MockConsumer<>("earliest");
    one.schedulePollTask(
        () -> {
          one.updateEndOffsets(Map.of(P0, 0L));
          one.rebalance(List.of(P0));
          one.updateBeginningOffsets(Map.of(P0, 0L));
          one.addRecord(record(P0, 0, "t:a"));
        });
    QueryLoop broken =
        new QueryLoop(
            one,
            TOPIC,
            accepted -> new EndedJob(CompletableFuture.failedFuture(new KafkaException("fenced"))),
            Runnable::run,
            () -> true,
            time::nanos,
            time::advance,
            new LoopOptions(
                4,
                new WaitingBounds(2, 4, 9, 6, 9),
                tenant -> Integer.MAX_VALUE,
                100,
                Duration.ZERO,
                DRAIN));
    assertThatThrownBy(broken::run)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("fenced");
    assertThat(one.closed()).isTrue();
  }

  private record EndedJob(CompletableFuture<Void> end) implements Job {
    @Override
    public CompletableFuture<Void> run(Runnable turnOver) {
      return end;
    }

    @Override
    public String tenant() {
      return "t";
    }

    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public CompletableFuture<Void> ready() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public long expiresAtNanos() {
      return NEVER;
    }

    @Override
    public CompletableFuture<Void> refuse(Refusal why) {
      return end;
    }
  }

  private void add(TopicPartition tp, long offset, String key) {
    consumer.addRecord(record(tp, offset, key));
  }

  private void add(TopicPartition tp, long offset, String key, long millisToLive) {
    consumer.addRecord(
        new ConsumerRecord<>(
            tp.topic(),
            tp.partition(),
            offset,
            key.getBytes(UTF_8),
            Long.toString(millisToLive).getBytes(UTF_8)));
  }

  private static ConsumerRecord<byte[], byte[]> record(TopicPartition tp, long offset, String key) {
    return new ConsumerRecord<>(
        tp.topic(), tp.partition(), offset, key.getBytes(UTF_8), new byte[0]);
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
