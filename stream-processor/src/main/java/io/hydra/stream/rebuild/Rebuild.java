package io.hydra.stream.rebuild;

import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.store.RebuildLock;
import io.hydra.schemas.store.RebuildState;
import io.hydra.schemas.store.RebuildState.Phase;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.store.View;
import io.hydra.schemas.store.ViewComparison;
import io.hydra.schemas.store.ViewHistories;
import io.hydra.schemas.store.Views;
import io.hydra.stream.event.EventIntake;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import redis.clients.jedis.UnifiedJedis;

/**
 * Builds all histories again from the events topic, beside the live job, into another view that
 * then becomes the current one.
 *
 * <p>The pointer moves in one step, together with {@link RebuildState}, so a rebuild that is killed
 * leaves one of two things. Before that step: a view that nobody reads, which the next rebuild
 * removes. After it: a current view that may lack the events which the live job wrote to the old
 * view in its last moment; the state says from where on to read them, and the next rebuild begins
 * with that. Head requests come before the old view is removed, since they go by what differs
 * between both, and may be repeated, harmlessly.
 *
 * <p>Why nothing is lost between two reads: see {@link LossCheck} for what was written before the
 * switch, and {@link Views} for what was under way at that moment. Why nobody forgotten comes back:
 * an erasure is remembered before anything else, every write to any view honours that, and the
 * eraser takes out of the new view what was written there before.
 */
public final class Rebuild {
  private final UnifiedJedis redis;
  private final EventLog log;
  private final Supplier<EventIntake> intakes;
  private final Function<View, List<HistoryStore>> stores;
  private final HeadRequests heads;
  private final Settings settings;
  private final Tools tools;
  private final ViewHistories histories;
  private final MemoryGuard memory;
  private long found;
  private long items;
  private long requests;

  /**
   * Time, and where to report to.
   *
   * @param out takes progress, one line at a time
   */
  public record Tools(Clock clock, LongSupplier nanoClock, Sleeper sleeper, Consumer<String> out) {}

  /**
   * The orders of a rebuild.
   *
   * @param limits of the histories, as the live job's
   * @param limitsChanged whether to go by {@code limits} even if the live job went by others
   * @param from the time to begin at, by the records' timestamps; null for the topic's beginning
   * @param acceptLoss whether to switch even though items would be lost
   * @param finishOnly only finish what a killed rebuild has left
   * @param grace between the switch and the removal of the old view, for those who read it now
   */
  public record Settings(
      HistoryLimits limits,
      boolean limitsChanged,
      Instant from,
      boolean acceptLoss,
      boolean finishOnly,
      Duration grace) {
    /** Longest time since writers to the old view have asked for the current one. */
    private static final Duration LEAST_GRACE = Duration.ofSeconds(3);

    /**
     * @throws IllegalArgumentException if the grace is below 3 s
     */
    public Settings {
      if (grace.compareTo(LEAST_GRACE) < 0) {
        throw new IllegalArgumentException(
            "the grace must be at least 3s: until then old histories are still written to");
      }
    }
  }

  /**
   * @param redis stays open, as {@code log} and {@code heads} do
   * @param intakes makes one for each writing thread
   * @param stores of a view, one for each writing thread
   */
  public Rebuild(
      UnifiedJedis redis,
      EventLog log,
      Supplier<EventIntake> intakes,
      Function<View, List<HistoryStore>> stores,
      HeadRequests heads,
      Settings settings,
      Tools tools) {
    this.redis = redis;
    this.log = log;
    this.intakes = intakes;
    this.stores = stores;
    this.heads = heads;
    this.settings = settings;
    this.tools = tools;
    this.histories = new ViewHistories(redis);
    this.memory = new MemoryGuard(redis);
  }

  /**
   * @throws RebuildException if it cannot start or go on; the histories in use are as they were
   *     unless the message says otherwise
   */
  public RebuildReport run() throws InterruptedException {
    long start = tools.nanoClock().getAsLong();
    try (RebuildLock lock = RebuildLock.acquire(redis, RebuildLock.LEASE, tools.sleeper()::sleep)) {
      Optional<RebuildReport> finished = finishEarlier(lock, start);
      return settings.finishOnly()
          ? finished.orElseGet(
              () ->
                  report(
                      RebuildReport.Outcome.FINISHED,
                      new Replay.Tally(),
                      0,
                      LossCheck.Loss.NONE,
                      start))
          : build(lock, start);
    }
  }

  private Optional<RebuildReport> finishEarlier(RebuildLock lock, long start)
      throws InterruptedException {
    RebuildState left = lock.state().orElse(null);
    if (left == null || left.phase() == Phase.BUILDING || !left.view().equals(current())) {
      return Optional.empty();
    }
    say("an earlier rebuild was stopped after its switch: finishing it");
    log.seek(left.readUpTo());
    try (Replay replay = replay(lock, left.view())) {
      finish(lock, left, replay);
      return Optional.of(
          report(RebuildReport.Outcome.FINISHED, replay.tally(), 0, LossCheck.Loss.NONE, start));
    }
  }

  private RebuildReport build(RebuildLock lock, long start) throws InterruptedException {
    checkLimits();
    View old = current();
    RebuildState state = new RebuildState(Phase.BUILDING, next(old), old, Map.of());
    lock.setState(state);
    long garbage = histories.removeAllBut(old);
    if (garbage > 0) {
      say("%d keys of views that are not in use are removed".formatted(garbage));
    }
    memory.check();
    found = 0;
    items = 0;
    requests = 0;
    boolean switched = false;
    try (Replay replay = replay(lock, state.view())) {
      log.seek(settings.from() == null ? log.beginnings() : log.at(settings.from()));
      long replayStart = tools.nanoClock().getAsLong();
      catchUp(replay);
      double seconds = secondsSince(replayStart);
      catchUp(replay);
      say("comparing with the histories in use");
      LossCheck.Loss loss =
          new LossCheck(
                  histories,
                  new ViewComparison(redis, old, state.view(), settings.limits()),
                  () -> catchUp(replay))
              .run(old);
      lock.check();
      if (loss.items() > 0 && !settings.acceptLoss()) {
        return report(RebuildReport.Outcome.REFUSED, replay.tally(), seconds, loss, start);
      }
      catchUp(replay);
      RebuildState after = state.in(Phase.SWITCHED, log.positions());
      lock.switchView(old, after);
      switched = true;
      say("switched to the new histories");
      finish(lock, after, replay);
      return report(RebuildReport.Outcome.SWITCHED, replay.tally(), seconds, loss, start);
    } finally {
      if (!switched) {
        giveUp(lock, state);
      }
    }
  }

  /** Histories that are held against other limits look complete, however much they lack. */
  private void checkLimits() {
    if (settings.limitsChanged()) {
      return;
    }
    HistoryLimits used = RedisHistoryStore.limitsInUse(redis).orElse(settings.limits());
    if (!used.equals(settings.limits())) {
      throw new RebuildException(
          "the stream processor keeps histories to %s, and this rebuild was told %s: give it the same HYDRA_HISTORY_* settings, or --limits-changed if these are to hold from now on"
              .formatted(used.text(), settings.limits().text()));
    }
  }

  /**
   * Best effort: what stays, the next rebuild removes. Its own view alone: the lock may be lost.
   */
  private void giveUp(RebuildLock lock, RebuildState state) {
    try {
      long unused = histories.remove(state.view());
      lock.clearState();
    } catch (RuntimeException e) {
      say("the unfinished histories are left for the next rebuild to remove");
    }
  }

  private void finish(RebuildLock lock, RebuildState state, Replay replay)
      throws InterruptedException {
    catchUp(replay);
    if (state.phase() == Phase.SWITCHED) {
      ViewComparison comparison =
          new ViewComparison(redis, state.replaced(), state.view(), settings.limits());
      histories.forEach(state.view(), ids -> requestHeads(comparison.compare(ids)));
      heads.flush();
      lock.setState(state.in(Phase.REMOVING, log.positions()));
    }
    tools.sleeper().sleep(settings.grace());
    long unused = histories.remove(state.replaced());
    lock.clearState();
  }

  private void requestHeads(List<ViewComparison.Verdict> verdicts) {
    for (ViewComparison.Verdict verdict : verdicts) {
      found++;
      items += verdict.newItems();
      if (verdict.headsMustKnow()) {
        heads.request(verdict.id().user(), verdict.id().task(), verdict.newVersion());
        requests++;
      }
    }
  }

  private void catchUp(Replay replay) throws InterruptedException {
    replay.run(log.ends());
  }

  private Replay replay(RebuildLock lock, View view) {
    return new Replay(
        log,
        intakes,
        stores.apply(view),
        tools.nanoClock(),
        progress -> {
          lock.check();
          memory.check();
          if (progress.records() > 0) {
            say(line(progress));
          }
        });
  }

  private static String line(Replay.Progress progress) {
    return String.format(
        Locale.ROOT,
        "%,d records, %,.0f/s, %.0f %%, %d s left",
        progress.records(),
        progress.perSecond(),
        100 * progress.share(),
        progress.left().toSeconds());
  }

  private View current() {
    return Views.current(redis);
  }

  /** Later than the current one even if the clock was set back. */
  private View next(View current) {
    long number = tools.clock().millis();
    if (current.name().matches("r[0-9]{1,18}")) {
      number = Math.max(number, Long.parseLong(current.name().substring(1)) + 1);
    }
    return new View("r" + number);
  }

  private RebuildReport report(
      RebuildReport.Outcome outcome,
      Replay.Tally tally,
      double replaySeconds,
      LossCheck.Loss loss,
      long start) {
    return new RebuildReport(
        outcome,
        tally.records(),
        tally.rejected(),
        replaySeconds,
        loss,
        found,
        items,
        requests,
        secondsSince(start));
  }

  private double secondsSince(long start) {
    return (tools.nanoClock().getAsLong() - start) / 1e9;
  }

  private void say(String line) {
    tools.out().accept(line);
  }
}
