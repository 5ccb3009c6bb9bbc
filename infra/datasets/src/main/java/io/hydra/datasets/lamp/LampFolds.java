package io.hydra.datasets.lamp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Cross-validation by user: each user is measured once, by a base and a simulated LLM that have
 * learned from disjoint halves of the other folds' users. The split is a function of the ids alone.
 */
public final class LampFolds {
  private LampFolds() {}

  /**
   * One round of the cross-validation; the three are disjoint.
   *
   * @param measured the users who are asked
   * @param base the users whom the base learns from
   * @param llm the users whose texts the simulated LLM's prior is learned from
   */
  public record Fold(List<LampUser> measured, List<LampUser> base, List<LampUser> llm) {
    public Fold {
      measured = List.copyOf(measured);
      base = List.copyOf(base);
      llm = List.copyOf(llm);
    }
  }

  /**
   * @param users all users, of train and dev; ids must differ
   * @param count number of folds, at least 2 and at most the number of users
   */
  public static List<Fold> of(List<LampUser> users, int count) {
    if (count < 2 || count > users.size()) {
      throw new IllegalArgumentException(
          "%d folds of %d users: 2 to %d are possible"
              .formatted(count, users.size(), users.size()));
    }
    List<LampUser> sorted = new ArrayList<>(users);
    sorted.sort(Comparator.comparing(LampUser::id));
    List<Fold> folds = new ArrayList<>(count);
    for (int f = 0; f < count; f++) {
      List<LampUser> measured = new ArrayList<>();
      List<LampUser> base = new ArrayList<>();
      List<LampUser> llm = new ArrayList<>();
      int others = 0;
      for (int i = 0; i < sorted.size(); i++) {
        if (i % count == f) {
          measured.add(sorted.get(i));
        } else {
          (others++ % 2 == 0 ? base : llm).add(sorted.get(i));
        }
      }
      folds.add(new Fold(measured, base, llm));
    }
    return folds;
  }
}
