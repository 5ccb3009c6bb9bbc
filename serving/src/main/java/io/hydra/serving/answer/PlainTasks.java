package io.hydra.serving.answer;

import io.hydra.model.CallSaving;
import io.hydra.model.worth.Gains;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.VerdictOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The tasks of tenants that plain sampling serves better, with 95 % confidence, by what users did
 * with answers. All their users get its answers, but for a share of the queries, whose verdicts
 * tell when that is over. Folded from the outcomes of verdicts, so that every instance knows them,
 * after any restart.
 *
 * <p>Answers that were plain sampling's own do not count: their gain is nothing, and the sign of
 * the mean does not depend on them. The others count in half days, and a half day that leaves open
 * who is better is judged by the one before. So a task is served plainly for half a day to a day
 * beyond what was last certain. Each half day is certain by itself: where neither is better, one in
 * forty seems to be plain sampling's, which costs nothing then. Thread-safe.
 */
public final class PlainTasks {
  private static final Duration HALF_DAY = Duration.ofHours(12);
  private static final int MOST = 10_000;

  private final Map<Scope, TreeMap<Long, Gains>> byTask = new HashMap<>();
  private final Clock clock;

  private record Scope(String tenant, String task) {}

  public PlainTasks(Clock clock) {
    this.clock = clock;
  }

  /** The first moment whose outcomes still count. */
  public static Instant since(Instant now) {
    return now.minus(HALF_DAY.multipliedBy(2));
  }

  private static long halfDay(Instant at) {
    return at.toEpochMilli() / HALF_DAY.toMillis();
  }

  /** Counts what became of a verdict. */
  public synchronized void add(VerdictOutcome outcome) {
    AnswerGain gain = outcome.getGain();
    long now = halfDay(clock.instant());
    long then = Math.min(now, halfDay(outcome.getDecidedAt()));
    if (gain == null || !gain.getDiffers() || then < now - 1) {
      return;
    }
    Scope scope = new Scope(outcome.getTenant(), gain.getTask());
    if (byTask.size() >= MOST) {
      byTask.values().removeIf(halfDays -> halfDays.lastKey() < now - 1);
    }
    if (byTask.size() < MOST || byTask.containsKey(scope)) {
      TreeMap<Long, Gains> halfDays = byTask.computeIfAbsent(scope, task -> new TreeMap<>());
      halfDays.computeIfAbsent(then, half -> new Gains()).add(gain);
      halfDays.headMap(now - 1).clear();
    }
  }

  /**
   * Tells whether a query is answered as plain sampling would.
   *
   * @param queryId one in twenty is not, whatever its task
   */
  public synchronized boolean has(String tenant, String task, String queryId) {
    NavigableMap<Long, Gains> halfDays = byTask.get(new Scope(tenant, task));
    return halfDays != null
        && halfDays.tailMap(halfDay(clock.instant()) - 1, true).descendingMap().values().stream()
            .filter(gains -> gains.low() > 0 || gains.high() < 0)
            .findFirst()
            .filter(gains -> gains.high() < 0)
            .isPresent()
        && !CallSaving.isExplored(queryId);
  }
}
