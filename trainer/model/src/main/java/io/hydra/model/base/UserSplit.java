package io.hydra.model.base;

import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Who of a task's training users does what.
 *
 * @param folds of the users that are learnt from; each fold's heads meet trunks that the others
 *     taught. A single fold if there are too few users: then everybody teaches everything
 * @param heldBack are only measured on; none if there are too few users
 */
record UserSplit(List<List<List<HistoryItem>>> folds, List<List<HistoryItem>> heldBack) {
  private static final int FOLDS = 3;
  private static final double HELD_BACK = 0.1;
  private static final int FEWEST = 3 * FOLDS;

  static UserSplit of(List<List<HistoryItem>> users, long seed) {
    if (users.size() < FEWEST) {
      return new UserSplit(List.of(users), List.of());
    }
    List<List<HistoryItem>> shuffled = new ArrayList<>(users);
    Collections.shuffle(shuffled, new Random(seed));
    int heldBack = (int) Math.ceil(shuffled.size() * HELD_BACK);
    List<List<List<HistoryItem>>> folds = new ArrayList<>();
    for (int f = 0; f < FOLDS; f++) {
      List<List<HistoryItem>> fold = new ArrayList<>();
      for (int u = heldBack + f; u < shuffled.size(); u += FOLDS) {
        fold.add(shuffled.get(u));
      }
      folds.add(fold);
    }
    return new UserSplit(folds, shuffled.subList(0, heldBack));
  }

  List<List<HistoryItem>> all() {
    return folds.stream().flatMap(List::stream).toList();
  }

  /** The fold that {@link #without} leaves out; nobody if it is the only one. */
  List<List<HistoryItem>> leftOut(int fold) {
    return folds.size() == 1 ? List.of() : folds.get(fold);
  }

  /** Everybody but one fold; the fold itself if it is the only one. */
  List<List<HistoryItem>> without(int fold) {
    if (folds.size() == 1) {
      return folds.get(0);
    }
    List<List<HistoryItem>> others = new ArrayList<>();
    for (int f = 0; f < folds.size(); f++) {
      if (f != fold) {
        others.addAll(folds.get(f));
      }
    }
    return others;
  }
}
