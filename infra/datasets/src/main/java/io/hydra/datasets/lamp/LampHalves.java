package io.hydra.datasets.lamp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Training users in two disjoint halves: one for the base, one for the simulated LLM's prior. If
 * both learnt from the same users, the base would trust the LLM more than it may with new ones.
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
    List<LampUser> sorted = new ArrayList<>(split.users());
    sorted.sort(Comparator.comparing(LampUser::id));
    List<LampUser> half = new ArrayList<>();
    for (int i = parity; i < sorted.size(); i += 2) {
      half.add(sorted.get(i));
    }
    return half;
  }
}
