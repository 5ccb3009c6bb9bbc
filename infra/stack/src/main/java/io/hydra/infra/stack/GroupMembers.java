package io.hydra.infra.stack;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Who is in which consumer group, as the broker believes. */
@FunctionalInterface
interface GroupMembers {
  /**
   * One member.
   *
   * @param id given by the broker or drawn by the member each time it joins anew
   * @param assigned whether it owns partitions
   */
  record Member(String id, boolean assigned) {}

  /**
   * Asks once.
   *
   * @return the members of each of the groups; none for a group that does not exist
   */
  Map<String, List<Member>> of(Collection<String> groups)
      throws ExecutionException, InterruptedException, TimeoutException;

  /**
   * Ready once each of the groups has a member that owns partitions and is none of {@code before}.
   * A member whose process was killed stays in its group until its session times out, and a broker
   * that was killed with it restores it: such members say nothing about a service just started.
   *
   * @param before ids of the members that the groups had before the service was started
   */
  default Probe joined(Collection<String> groups, Set<String> before) {
    return () ->
        of(groups).values().stream()
            .allMatch(
                members ->
                    members.stream().anyMatch(m -> m.assigned() && !before.contains(m.id())));
  }

  /** As the broker tells it, asked within {@code timeoutMs} for each group. */
  static GroupMembers of(Supplier<Admin> admin, long timeoutMs) {
    return groups -> {
      Map<String, KafkaFuture<ConsumerGroupDescription>> described =
          admin.get().describeConsumerGroups(groups).describedGroups();
      Map<String, List<Member>> members = new HashMap<>();
      for (String group : groups) {
        members.put(group, members(described.get(group), timeoutMs));
      }
      return members;
    };
  }

  private static List<Member> members(KafkaFuture<ConsumerGroupDescription> group, long timeoutMs)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return group.get(timeoutMs, TimeUnit.MILLISECONDS).members().stream()
          .map(m -> new Member(m.consumerId(), !m.assignment().topicPartitions().isEmpty()))
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  /** Ids over all groups. */
  static Set<String> ids(Map<String, List<Member>> members) {
    return members.values().stream()
        .flatMap(List::stream)
        .map(Member::id)
        .collect(Collectors.toUnmodifiableSet());
  }
}
