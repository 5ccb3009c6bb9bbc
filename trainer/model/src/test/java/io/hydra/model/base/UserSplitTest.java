package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.base.BaseTrainer.UserSplit;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserSplitTest {
  private static List<List<HistoryItem>> users(int count) {
    List<List<HistoryItem>> users = new ArrayList<>();
    for (int u = 0; u < count; u++) {
      users.add(List.of(new HistoryItem("u" + u, 1, "in", "out")));
    }
    return users;
  }

  @Test
  void aFoldsTrunkHasSeenNoneOfItsUsers() {
    UserSplit split = UserSplit.of(users(31), 1);
    Set<List<HistoryItem>> everybody = new HashSet<>(split.heldBack());
    for (int f = 0; f < split.folds().size(); f++) {
      assertThat(split.without(f)).doesNotContainAnyElementsOf(split.leftOut(f));
      assertThat(split.without(f)).doesNotContainAnyElementsOf(split.heldBack());
      everybody.addAll(split.leftOut(f));
    }
    assertThat(split.heldBack()).hasSize(4);
    assertThat(everybody).hasSize(31);
    assertThat(split.all()).hasSize(27);
  }

  @Test
  void withVeryFewUsersEverybodyTeachesEverything() {
    UserSplit split = UserSplit.of(users(5), 1);
    assertThat(split.folds()).hasSize(1);
    assertThat(split.without(0)).hasSize(5);
    assertThat(split.leftOut(0)).isEmpty();
    assertThat(split.heldBack()).isEmpty();
  }
}
