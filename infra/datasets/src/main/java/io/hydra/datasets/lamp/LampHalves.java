package io.hydra.datasets.lamp;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training users in two disjoint halves: one for the base, one for the simulated LLM's prior. If
 * both learned from the same users, the base would trust the LLM more than it may with new users.
 */
public final class LampHalves {
  private LampHalves() {}

  /** Every other user by id, for the base. */
  public static List<LampUser> forBase(LampSplit split) {
    return half(split, 0);
  }

  /** The other users, for the simulated LLM. */
  public static List<LampUser> forLlm(LampSplit split) {
    return half(split, 1);
  }

  private static List<LampUser> half(LampSplit split, int parity) {
    List<LampUser> sorted =
        split.users().stream().sorted(Comparator.comparing(LampUser::id)).toList();
    return IntStream.range(0, sorted.size())
        .filter(i -> i % 2 == parity)
        .mapToObj(sorted::get)
        .toList();
  }
}
