package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Users with a taste that nobody shares: a permutation of the options, drawn for each by seed, is
 * applied to all that they said.
 */
public final class Tastes {
  private Tastes() {}

  /** Every other user, in the given order, gets a permutation of their own. */
  public static List<LampUser> permuteHalf(TaskSpec task, List<LampUser> users, long seed) {
    List<LampUser> permuted = new ArrayList<>();
    for (int u = 0; u < users.size(); u++) {
      LampUser user = users.get(u);
      permuted.add(u % 2 == 0 ? user : permute(task, user, seed));
    }
    return permuted;
  }

  /** The user with a permutation of their own. */
  public static LampUser permute(TaskSpec task, LampUser user, long seed) {
    List<String> names = new ArrayList<>(task.options());
    Collections.shuffle(names, new Random(seed * 31 + user.id().hashCode()));
    List<HistoryItem> profile =
        user.profile().stream()
            .map(
                item ->
                    new HistoryItem(
                        item.eventId(),
                        item.occurredAt(),
                        item.input(),
                        renamed(task, item.output(), names)))
            .toList();
    return new LampUser(user.id(), profile, user.question(), renamed(task, user.gold(), names));
  }

  private static String renamed(TaskSpec task, String output, List<String> names) {
    int option = task.indexOf(output);
    return option < 0 ? output : names.get(option);
  }
}
