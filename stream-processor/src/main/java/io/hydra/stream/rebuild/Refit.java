package io.hydra.stream.rebuild;

import static java.util.stream.Collectors.joining;

import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.store.Users;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Has every user's heads fitted to a base, those without an event since then included. Few requests
 * are under way at once, so that those of live users, on the same topic, hardly wait behind them.
 * Stopped at any moment, it can be run again: heads that are there are left alone.
 *
 * @param users of Redis
 * @param requests with a reason that is skipped where the heads are up to date
 * @param trainer tells how far the heads have come
 * @param base version of the base; null for all heads, whatever their base, once more
 * @param perSecond most requests a second; 0 for as many as the trainer takes
 * @param out takes progress, one line at a time
 */
public record Refit(
    Users users,
    HeadRequests requests,
    TrainerPosition trainer,
    String base,
    int perSecond,
    LongSupplier nanoClock,
    Sleeper sleeper,
    Consumer<String> out) {
  /**
   * Most requests that are sent together, and their users' heads awaited. The trainer says once a
   * second how far it is.
   */
  static final int BATCH = 128;

  /** A new base may have every text encoded again, which takes seconds for one user. */
  private static final int FIRST_BATCH = 8;

  /**
   * Live users wait behind what is under way, so batches that take the trainer longer become
   * smaller.
   */
  static final Duration LONGEST_BATCH = Duration.ofSeconds(3);

  private static final int BATCHES_UNDER_WAY = 2;
  private static final int UNTIL_SURE = 2 * BATCH;
  private static final int NAMED = 5;

  /** Anybody may have made tasks up. */
  private static final int MOST_TASKS = 1_000;

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration REPORT = Duration.ofSeconds(1);

  /**
   * Without any progress: a trainer that restores its state takes this long at most, or is away.
   */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private record Wanted(UserKey user, String task) {}

  /** The end of a batch. */
  private record Sent(TrainerPosition.Mark mark, long atNanos) {}

  /**
   * The outcome of a refit.
   *
   * @param requested heads
   * @param missing heads that are still not there: of users without anything to learn from, and
   *     those that no heads can be fitted to
   * @param foreign heads that are not there of tasks that nobody has heads of, while there are some
   *     of other tasks: as a rule the base does not have these
   */
  public record Report(long requested, long missing, long foreign) {
    /** Tells whether nothing came of the requests. */
    boolean isInVain() {
      return requested > 0 && missing + foreign >= requested;
    }
  }

  /**
   * @throws RebuildException if the trainer does not take requests, or does not know the base
   */
  public Report run() throws InterruptedException {
    Run run = new Run();
    forEachUser(
        known -> {
          for (Users.Known user : known) {
            for (String task : base == null ? List.copyOf(user.tasks()) : user.without(base)) {
              run.add(new Wanted(user.user(), task));
            }
          }
        });
    run.finish();
    return base == null ? new Report(run.requested, 0, 0) : report(run.requested);
  }

  /** A canary comes and goes with its gateway, and asks for a task of the first base. */
  private void forEachUser(Users.Visitor visitor) throws InterruptedException {
    users.forEach(
        known ->
            visitor.visit(
                known.stream()
                    .filter(user -> !user.user().tenant().equals(UserKey.CANARY_TENANT))
                    .toList()));
  }

  /** Counts heads that are not there, and names some of their users and tasks. */
  private Report report(long requested) throws InterruptedException {
    Map<String, Long> missing = new TreeMap<>();
    Set<String> fitted = new HashSet<>();
    List<String> named = new ArrayList<>();
    forEachUser(
        known -> {
          for (Users.Known user : known) {
            for (String task : user.tasks()) {
              if (user.heads().contains(task + ":" + base)) {
                fitted.add(task);
                continue;
              }
              boolean isHeld = missing.size() < MOST_TASKS || missing.containsKey(task);
              missing.merge(isHeld ? task : "others", 1L, Long::sum);
              if (named.size() < NAMED) {
                named.add(user.user() + " in " + task);
              }
            }
          }
        });
    if (!named.isEmpty()) {
      out.accept(
          "users without heads of base %s, at most %d: %s"
              .formatted(base, NAMED, String.join(", ", named)));
    }
    long all = missing.values().stream().mapToLong(Long::longValue).sum();
    missing.keySet().removeIf(task -> fitted.isEmpty() || fitted.contains(task));
    if (!missing.isEmpty()) {
      out.accept(
          "nobody has heads of base %s in these tasks; if it has them, hydra dead-letters --topic hydra.head-requests.dlq says why: %s"
              .formatted(base, missing.keySet().stream().limit(NAMED).collect(joining(", "))));
    }
    long foreign = missing.values().stream().mapToLong(Long::longValue).sum();
    return new Report(requested, all - foreign, foreign);
  }

  /** One run's state. */
  private final class Run {
    private final long start = nanoClock.getAsLong();
    private final List<Wanted> batch = new ArrayList<>();
    private final Deque<Sent> underWay = new ArrayDeque<>();

    /** Of no more than a second's requests: waiting for their time is not the trainer's. */
    private final int most = perSecond > 0 ? Math.min(BATCH, perSecond) : BATCH;

    private int size = Math.min(FIRST_BATCH, most);
    private long requested;
    private long reported = start;

    /** Set once some heads of the base are known to have been fitted. */
    private boolean seen = base == null;

    void add(Wanted wanted) throws InterruptedException {
      batch.add(wanted);
      if (batch.size() >= size) {
        send();
      }
    }

    void finish() throws InterruptedException {
      if (!batch.isEmpty()) {
        send();
      }
      while (!underWay.isEmpty()) {
        await(underWay.remove());
      }
    }

    private void send() throws InterruptedException {
      keepRate();
      batch.forEach(wanted -> requests.request(wanted.user(), wanted.task(), 0));
      requests.flush();
      requested += batch.size();
      underWay.add(new Sent(trainer.mark(), nanoClock.getAsLong()));
      if (!seen) {
        await(underWay.remove());
        lookForBase();
      }
      batch.clear();
      while (underWay.size() >= BATCHES_UNDER_WAY) {
        await(underWay.remove());
      }
      report();
    }

    /**
     * A trainer that does not have the base would take all requests, and fit none of it. Some
     * users' heads may be missing for other reasons, but not so many one after the other.
     */
    private void lookForBase() {
      List<UserKey> asked = batch.stream().map(Wanted::user).distinct().toList();
      seen =
          users.read(asked).stream()
              .anyMatch(user -> user.heads().stream().anyMatch(name -> name.endsWith(":" + base)));
      if (!seen && requested == batch.size()) {
        out.accept(
            "no heads of base %s after the first %d requests; a trainer that was not started with it fits none (--base OLD,NEW)"
                .formatted(base, requested));
      }
      if (!seen && requested >= UNTIL_SURE) {
        throw new RebuildException(
            "the trainer fitted no heads to base %s: start it with both, --base OLD,NEW, and check the version"
                .formatted(base));
      }
    }

    private void keepRate() throws InterruptedException {
      if (perSecond > 0) {
        long due = start + Duration.ofSeconds(1).toNanos() * requested / perSecond;
        long wait = due - nanoClock.getAsLong();
        if (wait > 0) {
          sleeper.sleep(Duration.ofNanos(wait));
        }
      }
    }

    private void await(Sent sent) throws InterruptedException {
      TrainerPosition.Mark mark = sent.mark();
      long since = nanoClock.getAsLong();
      long before = mark.progress();
      while (!mark.isReached()) {
        if (mark.progress() > before) {
          before = mark.progress();
          since = nanoClock.getAsLong();
        }
        if (nanoClock.getAsLong() - since > PATIENCE.toNanos()) {
          throw new RebuildException(
              "the trainer has not followed for %d s: check that it runs, then run hydra refit again"
                  .formatted(PATIENCE.toSeconds()));
        }
        sleeper.sleep(PAUSE);
        report();
      }
      long took = nanoClock.getAsLong() - sent.atNanos();
      size = took > LONGEST_BATCH.toNanos() ? Math.max(1, size / 2) : Math.min(most, 2 * size);
    }

    private void report() {
      long now = nanoClock.getAsLong();
      if (now - reported >= REPORT.toNanos()) {
        reported = now;
        out.accept(
            String.format(
                Locale.ROOT,
                "%,d heads requested, %,.0f/s",
                requested,
                requested / ((now - start) / 1e9)));
      }
    }
  }
}
