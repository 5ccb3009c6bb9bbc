package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.stack.Probes.GroupMembers;
import io.hydra.infra.stack.Probes.GroupMembers.Member;
import io.hydra.infra.stack.Probes.Probe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GroupMembersTest {
  private static final List<String> GROUPS = List.of("trainer", "writer");

  private final Map<String, List<Member>> known = new HashMap<>();
  private final GroupMembers members =
      groups ->
          groups.stream().collect(Collectors.toMap(g -> g, g -> known.getOrDefault(g, List.of())));

  @Test
  void membersOfAnEarlierStartDoNotMakeAServiceReady() throws Exception {
    known.put("trainer", List.of(new Member("dead-1", true)));
    known.put("writer", List.of(new Member("dead-2", true)));
    Probe probe = probeFromNow();
    assertThat(probe.ready()).isFalse();

    known.put("trainer", List.of(new Member("dead-1", true), new Member("new-1", false)));
    known.put("writer", List.of(new Member("new-2", true)));
    assertThat(probe.ready()).isFalse();

    known.put("trainer", List.of(new Member("new-1", true)));
    assertThat(probe.ready()).isTrue();
  }

  @Test
  void everyGroupMustHaveAMemberThatOwnsPartitions() throws Exception {
    Probe probe = probeFromNow();
    assertThat(probe.ready()).isFalse();

    known.put("trainer", List.of(new Member("a", true)));
    assertThat(probe.ready()).isFalse();

    known.put("writer", List.of(new Member("b", false)));
    assertThat(probe.ready()).isFalse();

    known.put("writer", List.of(new Member("b", true)));
    assertThat(probe.ready()).isTrue();
  }

  private Probe probeFromNow() throws Exception {
    return members.joined(GROUPS, GroupMembers.ids(members.of(GROUPS)));
  }
}
