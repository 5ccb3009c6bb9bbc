package io.hydra.infra.kafka;

import io.hydra.infra.kafka.TopicInstaller.Difference;
import io.hydra.infra.kafka.TopicInstaller.TopicSizes;
import io.hydra.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/** Compares the topics of a cluster with the catalogue. */
record TopicRules(TopicSizes sizes) {
  /** Settings of which more, or less, does as well; all others must be equal. */
  private static final Map<String, BiPredicate<Long, Long>> GOOD_ENOUGH =
      Map.of(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG, (is, wanted) -> is >= wanted,
          TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, (is, wanted) -> is <= wanted,
          TopicConfig.SEGMENT_MS_CONFIG, (is, wanted) -> is <= wanted);

  /** Partitions cannot be added to it: no tombstone would reach what its users leave behind. */
  private static final String MAKE_HEADS_AGAIN =
      "stop the trainers, delete %s, run hydra topics again, start them, then run hydra refit --all"
          .formatted(Topic.HEADS.topicName());

  /** Partitions of a missing topic: as many as the largest that it must agree with has. */
  int partitionsOf(Topic missing, Map<Topic, FoundTopic> found) {
    boolean agrees = missing == Topic.HEADS || Topic.TRAINER_INPUTS.contains(missing);
    return Topic.TRAINER_INPUTS.stream()
        .filter(other -> agrees && found.containsKey(other))
        .map(other -> found.get(other).partitions())
        .max(Comparator.naturalOrder())
        .orElseGet(sizes::partitionsOfNew);
  }

  /** All that differs; a missing topic does, too. */
  List<Difference> differences(Map<Topic, FoundTopic> found) {
    List<Difference> differences = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      FoundTopic there = found.get(topic);
      String name = topic.topicName();
      if (there == null) {
        differences.add(new Difference(name, "does not exist", "hydra topics creates it"));
      } else {
        partitions(topic, there.partitions()).ifPresent(differences::add);
        replication(name, there.replication()).ifPresent(differences::add);
        settings(topic, there.settings()).forEach(differences::add);
      }
    }
    // Of heads it is the same remedy, so once is enough.
    boolean headsAreTold =
        found.containsKey(Topic.HEADS)
            && partitions(Topic.HEADS, found.get(Topic.HEADS).partitions()).isPresent();
    disagreements(found)
        .filter(each -> !headsAreTold || !each.subject().equals(Topic.HEADS.topicName()))
        .forEach(differences::add);
    return differences;
  }

  private Optional<Difference> partitions(Topic topic, int there) {
    String name = topic.topicName();
    int wanted = sizes.partitions().orElse(there);
    if (wanted == there) {
      return Optional.empty();
    }
    String remedy =
        topic == Topic.HEADS
            ? MAKE_HEADS_AGAIN
            : wanted > there
                ? "kafka-topics --alter --topic %s --partitions %d, while nothing writes to it: users move to other partitions"
                    .formatted(name, wanted)
                : "partitions cannot be taken away: leave --partitions out, or create it again";
    return Optional.of(
        new Difference(name, "has %d partitions, not %d".formatted(there, wanted), remedy));
  }

  private Optional<Difference> replication(String topic, int there) {
    int wanted = sizes.replication().orElse(there);
    return wanted == there
        ? Optional.empty()
        : Optional.of(
            new Difference(
                topic,
                "has replication %d, not %d".formatted(there, wanted),
                "change it with kafka-reassign-partitions"));
  }

  private static Stream<Difference> settings(Topic topic, Map<String, String> there) {
    String name = topic.topicName();
    if (there.isEmpty()) {
      return Stream.of(
          new Difference(
              name,
              "does not show its settings",
              "grant DescribeConfigs on it, or compare them by hand with docs/contract.md"));
    }
    Map<String, String> wanted = new TreeMap<>(topic.asNewTopic(1, (short) 1).configs());
    wanted.putIfAbsent(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Topic.MIN_MESSAGE_BYTES));
    return wanted.entrySet().stream()
        .filter(each -> !suffices(each.getKey(), there.get(each.getKey()), each.getValue()))
        .map(
            each ->
                new Difference(
                    name,
                    "has %s=%s, not %s"
                        .formatted(each.getKey(), there.get(each.getKey()), each.getValue()),
                    "kafka-configs --alter --topic %s --add-config %s=%s"
                        .formatted(name, each.getKey(), each.getValue())));
  }

  private static boolean suffices(String name, String is, String wanted) {
    if (is == null || !GOOD_ENOUGH.containsKey(name)) {
      return wanted.equals(is);
    }
    return GOOD_ENOUGH.get(name).test(Long.valueOf(is), Long.valueOf(wanted));
  }

  /**
   * One difference for each of the trainer's inputs that has fewer partitions than another, and one
   * for heads that have not as many.
   */
  private static Stream<Difference> disagreements(Map<Topic, FoundTopic> found) {
    List<Topic> inputs = Topic.TRAINER_INPUTS.stream().filter(found::containsKey).toList();
    Optional<Topic> largest =
        inputs.stream().max(Comparator.comparingInt(topic -> found.get(topic).partitions()));
    int most = largest.map(topic -> found.get(topic).partitions()).orElse(0);
    return Stream.concat(inputs.stream(), Stream.of(Topic.HEADS).filter(found::containsKey))
        .filter(topic -> most > 0 && found.get(topic).partitions() != most)
        .map(
            other ->
                new Difference(
                    other.topicName(),
                    "has %d partitions, and must have as many as %s, which has %d"
                        .formatted(found.get(other).partitions(), largest.get().topicName(), most),
                    other == Topic.HEADS
                        ? MAKE_HEADS_AGAIN
                        : "kafka-topics --alter --topic %s --partitions %d before the trainer starts"
                            .formatted(other.topicName(), most)));
  }

  /**
   * A topic as a cluster has it.
   *
   * @param replication the fewest copies that a partition has
   * @param settings by name; empty where reading them is denied
   */
  record FoundTopic(int partitions, int replication, Map<String, String> settings) {}
}
