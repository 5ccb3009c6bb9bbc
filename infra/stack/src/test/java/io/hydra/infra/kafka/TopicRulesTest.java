package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.kafka.TopicInstaller.Difference;
import io.hydra.infra.kafka.TopicInstaller.TopicSizes;
import io.hydra.infra.kafka.TopicRules.FoundTopic;
import io.hydra.schemas.topic.Topic;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicRulesTest {
  private static final TopicSizes ANY = new TopicSizes(OptionalInt.empty(), OptionalInt.empty());

  private final Map<Topic, FoundTopic> found = new EnumMap<>(Topic.class);

  @BeforeEach
  void asTheContractWantsThem() {
    for (Topic topic : Topic.values()) {
      Map<String, String> settings = new HashMap<>(Map.of("max.message.bytes", "1048588"));
      settings.putAll(topic.asNewTopic(6, (short) 3).configs());
      found.put(topic, new FoundTopic(6, 3, settings));
    }
  }

  @Test
  void whatTheContractWantsIsNoDifference() {
    assertThat(new TopicRules(ANY).differences(found)).isEmpty();
    assertThat(new TopicRules(TopicSizes.of(6, 3)).differences(found)).isEmpty();
  }

  @Test
  void sizesAreComparedIfTheyAreGiven() {
    assertThat(new TopicRules(TopicSizes.of(12, 2)).differences(found))
        .hasSize(2 * Topic.values().length)
        .anySatisfy(
            each ->
                assertThat(each.toString())
                    .startsWith("hydra.events has 6 partitions, not 12: kafka-topics --alter"))
        .anySatisfy(
            each ->
                assertThat(each.toString())
                    .startsWith("hydra.events has replication 3, not 2: change it with"));
    assertThat(new TopicRules(TopicSizes.of(4, 3)).differences(found))
        .filteredOn(each -> !each.subject().equals("hydra.heads"))
        .allSatisfy(each -> assertThat(each.remedy()).contains("cannot be taken away"));
  }

  @Test
  void aMissingTopicIsADifference() {
    found.remove(Topic.ERASURES);
    assertThat(new TopicRules(ANY).differences(found))
        .singleElement()
        .hasToString("hydra.erasures does not exist: hydra topics creates it");
  }

  @Test
  void aMissingTopicGetsAsManyPartitionsAsTheOneThatItMustAgreeWith() {
    found.remove(Topic.ERASURES);
    found.remove(Topic.HEADS);
    found.remove(Topic.QUERIES);
    TopicRules rules = new TopicRules(TopicSizes.of(4, 3));
    assertThat(rules.partitionsOf(Topic.ERASURES, found)).isEqualTo(6);
    assertThat(rules.partitionsOf(Topic.HEADS, found)).isEqualTo(6);
    assertThat(rules.partitionsOf(Topic.QUERIES, found)).isEqualTo(4);
  }

  @Test
  void partitionsThatMustAgreeAndDoNotAreADifference() {
    setPartitions(Topic.ERASURES, 4);
    setPartitions(Topic.EXPOSURES, 5);
    assertThat(new TopicRules(ANY).differences(found))
        .extracting(Difference::toString)
        .containsExactly(
            "hydra.erasures has 4 partitions, and must have as many as hydra.head-requests, which"
                + " has 6: kafka-topics --alter --topic hydra.erasures --partitions 6 before the"
                + " trainer starts",
            "hydra.exposures has 5 partitions, and must have as many as hydra.head-requests, which"
                + " has 6: kafka-topics --alter --topic hydra.exposures --partitions 6 before the"
                + " trainer starts");
  }

  /** Users would move on, and no tombstone reach the records that they leave behind. */
  @Test
  void headsAreMadeAgainRatherThanGivenPartitions() {
    setPartitions(Topic.HEADS, 8);
    assertThat(new TopicRules(ANY).differences(found))
        .singleElement()
        .hasToString(
            "hydra.heads has 8 partitions, and must have as many as hydra.head-requests, which has 6:"
                + " stop the trainers, delete hydra.heads, run hydra topics again, start them, then"
                + " run hydra refit --all");
    assertThat(new TopicRules(TopicSizes.of(12, 3)).differences(found))
        .filteredOn(each -> each.subject().equals("hydra.heads"))
        .singleElement()
        .satisfies(each -> assertThat(each.remedy()).contains("delete hydra.heads"));
  }

  @Test
  void aSettingThatDiffersIsToldWithTheCommandThatSetsIt() {
    set(Topic.HEADS, "cleanup.policy", "delete");
    set(Topic.EVENTS, "retention.ms", "604800000");
    assertThat(new TopicRules(ANY).differences(found))
        .extracting(Difference::toString)
        .containsExactly(
            "hydra.events has retention.ms=604800000, not -1: kafka-configs --alter --topic"
                + " hydra.events --add-config retention.ms=-1",
            "hydra.heads has cleanup.policy=delete, not compact: kafka-configs --alter --topic"
                + " hydra.heads --add-config cleanup.policy=compact");
  }

  @Test
  void boundsThatAreWiderOrStricterSuffice() {
    set(Topic.EVENTS_DLQ, "max.message.bytes", "10485760");
    set(Topic.HEADS, "max.compaction.lag.ms", "1000");
    assertThat(new TopicRules(ANY).differences(found)).isEmpty();
    set(Topic.EVENTS_DLQ, "max.message.bytes", "1048588");
    assertThat(new TopicRules(ANY).differences(found)).hasSize(1);
  }

  @Test
  void aTopicWithoutRoomForItsSmallestRecordsIsADifference() {
    set(Topic.VERDICT_OUTCOMES, "max.message.bytes", "16384");
    assertThat(new TopicRules(ANY).differences(found)).isEmpty();
    set(Topic.VERDICT_OUTCOMES, "max.message.bytes", "30");
    assertThat(new TopicRules(ANY).differences(found))
        .singleElement()
        .hasToString(
            "hydra.verdict-outcomes has max.message.bytes=30, not 16384: kafka-configs --alter"
                + " --topic hydra.verdict-outcomes --add-config max.message.bytes=16384");
  }

  @Test
  void settingsThatAreHiddenAreTold() {
    found.put(Topic.EVENTS, new FoundTopic(6, 3, Map.of()));
    assertThat(new TopicRules(ANY).differences(found))
        .singleElement()
        .satisfies(each -> assertThat(each.remedy()).contains("DescribeConfigs"));
  }

  private void setPartitions(Topic topic, int partitions) {
    found.put(topic, new FoundTopic(partitions, 3, found.get(topic).settings()));
  }

  private void set(Topic topic, String name, String value) {
    Map<String, String> settings = new HashMap<>(found.get(topic).settings());
    settings.put(name, value);
    found.put(topic, new FoundTopic(6, 3, settings));
  }
}
