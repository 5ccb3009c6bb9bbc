package io.hydra.stream.rebuild;

import io.hydra.schemas.store.HistoryId;
import io.hydra.schemas.store.View;
import io.hydra.schemas.store.ViewComparison;
import io.hydra.schemas.store.ViewHistories;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds what the old view holds and the new one will lack. The live job goes on writing to the old
 * view, so it may just be ahead: then its histories are noted as they are, the topic is read up to
 * its end of that moment, and what they held is looked for again. Every event of theirs was in the
 * topic before that end, so what is still missing is in the topic no longer.
 */
public final class LossCheck {
  private static final int SUSPECTS_AT_ONCE = 1_000;

  private final ViewHistories histories;
  private final ViewComparison comparison;
  private final CatchUp catchUp;
  private final List<HistoryId> suspects = new ArrayList<>();
  private long compared;
  private long differed;
  private long lostHistories;
  private long lostItems;

  /**
   * @param compared histories of the old view
   * @param differed of these, before the switch
   * @param histories that hold items which the topic no longer gives
   * @param items these items
   */
  public record Loss(long compared, long differed, long histories, long items) {
    static final Loss NONE = new Loss(0, 0, 0, 0);
  }

  /** Reads the topic up to where it ends now. */
  interface CatchUp {
    void run() throws InterruptedException;
  }

  LossCheck(ViewHistories histories, ViewComparison comparison, CatchUp catchUp) {
    this.histories = histories;
    this.comparison = comparison;
    this.catchUp = catchUp;
  }

  Loss run(View old) throws InterruptedException {
    histories.forEach(old, this::compare);
    settle();
    return new Loss(compared, differed, lostHistories, lostItems);
  }

  private void compare(List<HistoryId> ids) throws InterruptedException {
    List<HistoryId> differing = new ArrayList<>();
    for (ViewComparison.Verdict verdict : comparison.compare(ids)) {
      if (!verdict.same()) {
        differing.add(verdict.id());
      }
    }
    compared += ids.size();
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
    Map<HistoryId, Map<String, byte[]>> had = comparison.oldHistories(suspects);
    catchUp.run();
    Map<HistoryId, Integer> lost = comparison.lost(had);
    lostHistories += lost.size();
    lostItems += lost.values().stream().mapToLong(Integer::longValue).sum();
    suspects.clear();
  }
}
