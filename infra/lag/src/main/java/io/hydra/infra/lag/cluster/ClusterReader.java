package io.hydra.infra.lag.cluster;

import static java.util.stream.Collectors.toMap;

import io.hydra.infra.lag.cluster.ClusterState.Group;
import io.hydra.infra.lag.cluster.ClusterState.Group.Members;
import io.hydra.infra.lag.cluster.ClusterState.Log;
import io.hydra.infra.lag.cluster.ClusterState.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads groups and logs of a cluster. Positions are read first and ends of logs after, so that
 * progress in between shows as lag and never as less than none. What cannot be read of one group or
 * topic is told and does not keep the rest from being read.
 *
 * <p>Requests per cycle, whatever the number of groups and partitions: one to each broker to list
 * groups; one to describe and one for offsets to each coordinator and kind of group; one for
 * topics; three to each leader for offsets.
 *
 * @param admin not owned; its time-outs bound a cycle
 * @param wanted names of the groups to read
 */
public record ClusterReader(Admin admin, Predicate<String> wanted, Clock clock) {
  /**
   * Of classic groups: Connect's workers and schema registries form some, too, and read nothing.
   */
  private static final Set<String> CONSUMING_PROTOCOLS = Set.of("", "consumer");

  /** The subject of the problem that a broker has not told its groups. */
  public static final String LISTING = "groups of one broker";

  /**
   * @throws ExecutionException if the cluster does not answer, or may not be asked for its groups
   */
  public ClusterState read() throws ExecutionException, InterruptedException {
    Set<Problem> problems = new LinkedHashSet<>();
    List<Group> groups = groups(problems);
    Set<String> topics = new HashSet<>();
    for (Group group : groups) {
      group.positions().keySet().forEach(partition -> topics.add(partition.topic()));
      group.members().assigned().forEach(partition -> topics.add(partition.topic()));
    }
    List<TopicPartition> partitions = partitions(topics, problems);
    Instant at = clock.instant();
    Map<TopicPartition, Log> logs = logs(partitions, problems);
    return new ClusterState(at, groups, logs, List.copyOf(problems));
  }

  private List<Group> groups(Set<Problem> problems)
      throws ExecutionException, InterruptedException {
    List<String> consumers = new ArrayList<>();
    List<String> streams = new ArrayList<>();
    List<String> shares = new ArrayList<>();
    for (GroupListing group : listing(problems)) {
      if (wanted.test(group.groupId())) {
        switch (group.type().orElse(GroupType.CLASSIC)) {
          case STREAMS -> streams.add(group.groupId());
          case SHARE -> shares.add(group.groupId());
          case CONSUMER -> consumers.add(group.groupId());
          default -> {
            if (CONSUMING_PROTOCOLS.contains(group.protocol())) {
              consumers.add(group.groupId());
            }
          }
        }
      }
    }
    List<Group> groups = new ArrayList<>();
    if (!consumers.isEmpty()) {
      ListConsumerGroupOffsetsResult offsets =
          admin.listConsumerGroupOffsets(specs(consumers, new ListConsumerGroupOffsetsSpec()));
      add(
          GroupType.CONSUMER,
          admin.describeConsumerGroups(consumers).describedGroups(),
          g ->
              new Members(
                  g.type(),
                  g.groupState(),
                  g.members().size(),
                  assigned(g.members(), m -> m.assignment().topicPartitions())),
          offsets::partitionsToOffsetAndMetadata,
          OffsetAndMetadata::offset,
          groups,
          problems);
    }
    if (!streams.isEmpty()) {
      ListStreamsGroupOffsetsResult offsets =
          admin.listStreamsGroupOffsets(specs(streams, new ListStreamsGroupOffsetsSpec()));
      add(
          GroupType.STREAMS,
          admin.describeStreamsGroups(streams).describedGroups(),
          // What a member is assigned are tasks of subtopologies, not partitions of topics.
          g -> new Members(GroupType.STREAMS, g.groupState(), g.members().size(), Set.of()),
          offsets::partitionsToOffsetAndMetadata,
          OffsetAndMetadata::offset,
          groups,
          problems);
    }
    if (!shares.isEmpty()) {
      ListShareGroupOffsetsResult offsets =
          admin.listShareGroupOffsets(specs(shares, new ListShareGroupOffsetsSpec()));
      add(
          GroupType.SHARE,
          admin.describeShareGroups(shares).describedGroups(),
          g ->
              new Members(
                  GroupType.SHARE,
                  g.groupState(),
                  g.members().size(),
                  assigned(g.members(), m -> m.assignment().topicPartitions())),
          offsets::partitionsToOffsetInfo,
          SharePartitionOffsetInfo::startOffset,
          groups,
          problems);
    }
    return groups;
  }

  /** Groups of every broker that answers. */
  private Collection<GroupListing> listing(Set<Problem> problems)
      throws ExecutionException, InterruptedException {
    ListGroupsResult listed = admin.listGroups();
    Collection<Throwable> errors = listed.errors().get();
    Collection<GroupListing> groups = listed.valid().get();
    if (groups.isEmpty() && !errors.isEmpty()) {
      throw new ExecutionException(errors.iterator().next());
    }
    errors.forEach(error -> problems.add(new Problem(LISTING, reason(error))));
    return groups;
  }

  private static <S> Map<String, S> specs(List<String> groups, S spec) {
    return groups.stream().collect(toMap(name -> name, name -> spec));
  }

  private static <D, O> void add(
      GroupType type,
      Map<String, KafkaFuture<D>> described,
      Function<D, Members> members,
      Function<String, KafkaFuture<Map<TopicPartition, O>>> offsets,
      ToLongFunction<O> offset,
      List<Group> groups,
      Set<Problem> problems)
      throws InterruptedException {
    for (Map.Entry<String, KafkaFuture<D>> group : described.entrySet()) {
      String name = group.getKey();
      Optional<Map<TopicPartition, O>> positions = answer(name, offsets.apply(name), problems);
      Members who =
          answer(name, group.getValue(), problems).map(members).orElse(Members.unknown(type));
      if (positions.isPresent()) {
        Map<TopicPartition, Long> known = new HashMap<>();
        positions
            .get()
            .forEach(
                (partition, position) -> {
                  if (position != null) {
                    known.put(partition, offset.applyAsLong(position));
                  }
                });
        groups.add(new Group(name, who, known));
      }
    }
  }

  private static <M> Set<TopicPartition> assigned(
      Collection<M> members, Function<M, Set<TopicPartition>> partitions) {
    return members.stream()
        .flatMap(member -> partitions.apply(member).stream())
        .collect(Collectors.toSet());
  }

  /** Those that have a leader: to ask for the others would hold up everything. */
  private List<TopicPartition> partitions(Set<String> topics, Set<Problem> problems)
      throws InterruptedException {
    List<TopicPartition> partitions = new ArrayList<>();
    var described = admin.describeTopics(topics).topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
      Optional<TopicDescription> description = answer(topic.getKey(), topic.getValue(), problems);
      if (description.isEmpty()) {
        continue;
      }
      for (var partition : description.get().partitions()) {
        TopicPartition name = new TopicPartition(topic.getKey(), partition.partition());
        if (partition.leader() == null || partition.leader().isEmpty()) {
          problems.add(new Problem(name.toString(), "has no leader now"));
        } else {
          partitions.add(name);
        }
      }
    }
    return partitions;
  }

  private Map<TopicPartition, Log> logs(
      Collection<TopicPartition> partitions, Set<Problem> problems) throws InterruptedException {
    ListOffsetsResult lows =
        ends(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    ListOffsetsResult stables =
        ends(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    ListOffsetsResult highs =
        ends(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    Map<TopicPartition, Log> logs = new HashMap<>();
    for (TopicPartition partition : partitions) {
      String name = partition.toString();
      var low = answer(name, lows.partitionResult(partition), problems);
      var stable = answer(name, stables.partitionResult(partition), problems);
      var high = answer(name, highs.partitionResult(partition), problems);
      if (low.isPresent() && stable.isPresent() && high.isPresent()) {
        logs.put(
            partition, new Log(low.get().offset(), stable.get().offset(), high.get().offset()));
      }
    }
    return logs;
  }

  private ListOffsetsResult ends(
      Collection<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) {
    return admin.listOffsets(
        partitions.stream().collect(toMap(p -> p, p -> which)), new ListOffsetsOptions(isolation));
  }

  private static <T> Optional<T> answer(
      String subject, KafkaFuture<T> future, Set<Problem> problems) throws InterruptedException {
    try {
      return Optional.of(future.get());
    } catch (ExecutionException e) {
      problems.add(new Problem(subject, reason(e.getCause())));
      return Optional.empty();
    }
  }

  private static String reason(Throwable cause) {
    if (cause instanceof AuthorizationException) {
      return "may not be read: grant Describe on it";
    }
    if (cause instanceof UnknownTopicOrPartitionException) {
      return "no longer exists, and a group still has an offset in it";
    }
    if (cause instanceof GroupIdNotFoundException) {
      return "has gone since it was listed";
    }
    return "could not be read: "
        + Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
  }
}
