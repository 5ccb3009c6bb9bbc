package io.hydra.evaluation.report;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.IntStream;

/** Places labels near where they belong without laying one over another. */
final class Labels {
  private Labels() {}

  /** Labels that touch, and move as one. */
  private record Group(double wish, int size) {
    double top(double gap, double from, double to) {
      double height = (size - 1) * gap;
      return Math.max(from, Math.min(wish - height / 2, to - height));
    }

    /** The mean of the members' wishes is where the group's middle should be. */
    Group with(Group below) {
      int both = size + below.size;
      return new Group((wish * size + below.wish * below.size) / both, both);
    }
  }

  /**
   * Moves positions apart, as little as it takes.
   *
   * @param wanted in any order
   * @param gap the least distance between two
   * @return in the order of {@code wanted}: all between from and to, if there is room for them
   */
  static double[] spread(double[] wanted, double gap, double from, double to) {
    int[] order =
        IntStream.range(0, wanted.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> wanted[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    Deque<Group> groups = new ArrayDeque<>();
    for (int i : order) {
      Group group = new Group(wanted[i], 1);
      while (!groups.isEmpty()
          && groups.getLast().top(gap, from, to) + groups.getLast().size() * gap
              > group.top(gap, from, to)) {
        group = groups.removeLast().with(group);
      }
      groups.addLast(group);
    }
    double[] placed = new double[wanted.length];
    int next = 0;
    for (Group group : groups) {
      for (int k = 0; k < group.size(); k++) {
        placed[order[next++]] = group.top(gap, from, to) + k * gap;
      }
    }
    return placed;
  }
}
