package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether the old view holds what the new one will lack. The live job goes on writing to the old
 * view, so it may just be ahead: then its histories are noted as they are, the topic is read up to
 * its end of that moment, and what they held is looked for again. Every event of theirs was in the
 * topic before that end, so what is still missing is in the topic no longer.
 */
final class LossCheck {
  private static final int SUSPECTS_AT_ONCE = 1_000;

  private final ViewKeys keys;
  private final ViewComparison comparison;
  private final CatchUp catchUp;
  private final List<Slot> suspects = new ArrayList<>();
  private long compared;
  private long differed;
  private long lostHistories;
  private long lostItems;

  /** Reads the topic up to where it ends now. */
  interface CatchUp {
    void run() throws InterruptedException;
  }

  LossCheck(ViewKeys keys, ViewComparison comparison, CatchUp catchUp) {
    this.keys = keys;
    this.comparison = comparison;
    this.catchUp = catchUp;
  }

  void run(View old) throws InterruptedException {
    keys.forEach(old, this::compare);
    settle();
  }

  private void compare(List<Slot> slots) throws InterruptedException {
    List<Slot> differing = new ArrayList<>();
    for (ViewComparison.Verdict verdict : comparison.compare(slots)) {
      if (!verdict.same()) {
        differing.add(verdict.slot());
      }
    }
    compared += slots.size();
    differed += differing.size();
    if (!differing.isEmpty()) {
      suspects.addAll(comparison.lost(comparison.oldHistories(differing)).keySet());
    }
    if (suspects.size() >= SUSPECTS_AT_ONCE) {
      settle();
    }
  }

  private void settle() throws InterruptedException {
    if (suspects.isEmpty()) {
      return;
    }
    Map<Slot, Map<byte[], byte[]>> had = comparison.oldHistories(suspects);
    catchUp.run();
    Map<Slot, Integer> lost = comparison.lost(had);
    lostHistories += lost.size();
    lostItems += lost.values().stream().mapToLong(Integer::longValue).sum();
    suspects.clear();
  }

  long compared() {
    return compared;
  }

  long differed() {
    return differed;
  }

  long lostHistories() {
    return lostHistories;
  }

  long lostItems() {
    return lostItems;
  }
}
