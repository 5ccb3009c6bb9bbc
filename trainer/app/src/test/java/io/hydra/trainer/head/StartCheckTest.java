package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.runtime.retry.Backoff;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;

class StartCheckTest {
  private static final Duration OUTAGE = Duration.ofMinutes(11);

  private final Map<Topic, Integer> partitions = new HashMap<>();
  private Optional<String> policy = Optional.of("compact");
  private final Map<Topic, String> largest = new HashMap<>(Map.of(Topic.HEADS, "1048588"));
  private OptionalInt changelog = OptionalInt.empty();
  private String changelogOf = "hydra-trainer-heads-changelog";
  private RuntimeException brokerFailure;
  private RuntimeException registryFailure;
  private RuntimeException redisFailure;
  private Duration elapsed = Duration.ZERO;

  StartCheckTest() {
    for (Topic topic : Topic.values()) {
      partitions.put(topic, 4);
    }
  }

  private int run() throws Exception {
    StartCheck.Topics topics =
        new StartCheck.Topics() {
          @Override
          public int partitions(Topic topic) {
            failWhileAway(brokerFailure);
            return partitions.get(topic);
          }

          @Override
          public OptionalInt changelogPartitions(String topic) {
            return topic.equals(changelogOf) ? changelog : OptionalInt.empty();
          }

          @Override
          public Optional<String> setting(Topic topic, String name) {
            return name.equals("cleanup.policy") ? policy : Optional.ofNullable(largest.get(topic));
          }
        };
    return new StartCheck(
            topics,
            () -> failWhileAway(registryFailure),
            () -> failWhileAway(redisFailure),
            Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10)),
            pause -> elapsed = elapsed.plus(pause))
        .run();
  }

  private void failWhileAway(RuntimeException failure) {
    if (failure != null && elapsed.compareTo(OUTAGE) < 0) {
      throw failure;
    }
  }

  private void waits() throws Exception {
    assertThat(run()).isEqualTo(4);
    assertThat(elapsed).isGreaterThanOrEqualTo(OUTAGE);
  }

  @Test
  void whatIsThereAndInOrderIsNotWaitedFor() throws Exception {
    assertThat(run()).isEqualTo(4);
    assertThat(elapsed).isZero();
  }

  @Test
  void theBrokerIsWaitedFor() throws Exception {
    brokerFailure = new TimeoutException("no answer");
    waits();
  }

  @Test
  void aBrokerWhoseNameIsNotKnownYetIsWaitedFor() throws Exception {
    ConfigException unresolvable =
        new ConfigException("No resolvable bootstrap urls given in bootstrap.servers");
    String client =
        StartCheck.connect(
            () -> {
              failWhileAway(new KafkaException("Failed create new KafkaAdminClient", unresolvable));
              return "client";
            },
            Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10)),
            pause -> elapsed = elapsed.plus(pause));
    assertThat(client).isEqualTo("client");
    assertThat(elapsed).isGreaterThanOrEqualTo(OUTAGE);
  }

  @Test
  void aBrokerThatRefusesThePasswordIsWaitedFor() throws Exception {
    brokerFailure = new SaslAuthenticationException("wrong password");
    waits();
  }

  @Test
  void topicsAreWaitedFor() throws Exception {
    brokerFailure = new UnknownTopicOrPartitionException("there is no topic");
    waits();
  }

  @Test
  void theRegistryIsWaitedFor() throws Exception {
    registryFailure = new RegistryUnavailableException("no answer", null);
    waits();
  }

  @Test
  void theSchemaIsWaitedFor() throws Exception {
    registryFailure = new SerializationException("not registered");
    waits();
  }

  @Test
  void redisIsWaitedFor() throws Exception {
    redisFailure = new JedisConnectionException("Connection refused");
    waits();
  }

  @Test
  void aRedisThatRefusesThePasswordIsWaitedFor() throws Exception {
    redisFailure = new JedisAccessControlException("WRONGPASS");
    waits();
  }

  @Test
  void exposuresWithAnotherNumberOfPartitionsAreRefused() {
    partitions.put(Topic.EXPOSURES, 3);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("hydra.exposures has 3 partitions")
        .withMessageContaining("Raise hydra.exposures to 4");
  }

  @Test
  void requestsAndErasuresWithDifferentNumbersOfPartitionsAreRefused() {
    partitions.put(Topic.EXPOSURES, 8);
    partitions.put(Topic.HEAD_REQUESTS, 8);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("hydra.head-requests has 8 partitions")
        .withMessageContaining("hydra.erasures has 4")
        .withMessageContaining("Raise hydra.erasures to 8");
  }

  @Test
  void aChangelogWithOtherPartitionsThanTheRequestsIsRefused() {
    changelog = OptionalInt.of(4);
    partitions.put(Topic.HEAD_REQUESTS, 8);
    partitions.put(Topic.ERASURES, 8);
    partitions.put(Topic.EXPOSURES, 8);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("hydra-trainer-heads-changelog has 4 partitions")
        .withMessageContaining("hydra.head-requests has 8")
        .withMessageContaining("kafka-streams-application-reset --application-id hydra-trainer");
  }

  @Test
  void theChangelogOfTheEvidenceIsHeldAgainstTheRequestsToo() {
    changelogOf = "hydra-trainer-evidence-changelog";
    changelog = OptionalInt.of(2);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("hydra-trainer-evidence-changelog has 2 partitions")
        .withMessageContaining("hydra.head-requests,hydra.erasures,hydra.exposures");
  }

  @Test
  void aChangelogWithTheSamePartitionsIsInOrder() throws Exception {
    changelog = OptionalInt.of(4);
    assertThat(run()).isEqualTo(4);
  }

  @Test
  void headsWithAnotherNumberOfPartitionsThanTheRequestsAreRefused() {
    partitions.put(Topic.HEADS, 8);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("hydra.heads has 8 partitions and hydra.head-requests has 4")
        .withMessageContaining("Once group hydra-heads-writer has no lag, delete hydra.heads");
  }

  /** Else the old heads would stay behind in the partitions that their users have left. */
  @Test
  void whoeverRaisesAllIsToldToDeleteTheHeads() {
    changelog = OptionalInt.of(4);
    partitions.replaceAll((topic, number) -> 8);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("once group hydra-heads-writer has no lag, hydra.heads");
  }

  @Test
  void headsThatAreNotCompactedAreRefused() {
    policy = Optional.of("delete");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageContaining("hydra.heads has cleanup.policy=delete")
        .withMessageContaining("cleanup.policy=compact");
  }

  @Test
  void aTopicWithoutRoomForWhatIsWrittenThereIsRefused() {
    largest.put(Topic.EXPOSURES_DLQ, "30");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(this::run)
        .withMessageStartingWith("hydra.exposures.dlq has max.message.bytes=30, too little for")
        .withMessageContaining("hydra topics --check");
  }

  @Test
  void roomIsNotAskedOfTopicsThatAreOnlyRead() throws Exception {
    Topic.TRAINER_INPUTS.forEach(input -> largest.put(input, "30"));
    assertThat(run()).isEqualTo(4);
  }

  @Test
  void aPolicyThatMayNotBeReadIsNoReasonToStop() throws Exception {
    policy = Optional.empty();
    assertThat(run()).isEqualTo(4);
  }
}
