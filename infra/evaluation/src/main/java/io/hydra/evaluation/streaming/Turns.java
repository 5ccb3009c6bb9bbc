package io.hydra.evaluation.streaming;

import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.metric.PairedBootstrap;
import io.hydra.evaluation.report.Table;
import io.hydra.evaluation.report.Table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The worth of telling that a user has turned: how soon it is told of those who did, and how often
 * of those who did not. Nobody asks anything here, so no LLM has a say: the users only act.
 *
 * <p>Intervals are over users: of turns both the one who turns and the one turned into are drawn
 * again.
 */
final class Turns {
  /** Items since the turn that are watched. */
  static final int SOON = 10;

  private final List<Turn> turns = new ArrayList<>();
  private int users;
  private FalseAlarms unturned = new FalseAlarms(0, 0);

  /**
   * A user who goes on as somebody else.
   *
   * @param user and other: places among the users of a round
   * @param shown whether the labels show it
   * @param delay items since, when it was told; {@link #NEVER} if it was not within {@value #SOON}
   */
  record Turn(int user, int other, boolean shown, int delay) {
    static final int NEVER = Integer.MAX_VALUE;
  }

  /** One user, as they are and turned into others. */
  record Watched(FalseAlarms unturned, List<Turn> turns) {}

  /** Alarms among the fits or responses of users who do not turn. */
  record FalseAlarms(int chances, int alarms) {
    FalseAlarms plus(FalseAlarms other) {
      return new FalseAlarms(chances + other.chances, alarms + other.alarms);
    }

    /** In 500, with the 95 % interval of a Poisson count by Byar's approximation. */
    String in500() {
      double scale = chances == 0 ? 0 : 500.0 / chances;
      return String.format(
          Locale.ROOT,
          "%.2f [%.2f, %.2f]",
          scale * alarms,
          alarms == 0 ? 0 : scale * bound(alarms, -1.96),
          scale * bound(alarms + 1, 1.96));
    }

    private static double bound(int count, double z) {
      return count * Math.pow(1 - 1 / (9.0 * count) + z / (3 * Math.sqrt(count)), 3);
    }
  }

  /** Adds all users of a round, in their order. */
  void add(List<Watched> round) {
    for (Watched one : round) {
      unturned = unturned.plus(one.unturned);
      for (Turn t : one.turns) {
        turns.add(new Turn(users + t.user, users + t.other, t.shown, t.delay));
      }
    }
    users += round.size();
  }

  FalseAlarms unturned() {
    return unturned;
  }

  /**
   * How soon one kind of turn is told.
   *
   * @param users who turned, each of them into several others
   * @param within10 the share told within ten items, with its interval
   * @param median items until half of the turns were told of; null if fewer were
   */
  record Figures(
      String into,
      int turns,
      long users,
      double within3,
      double within5,
      double within10,
      double low,
      double high,
      Integer median) {}

  /** Of all turns, and of those that the labels show; none without users. */
  List<Figures> figures() {
    return users == 0
        ? List.of()
        : List.of(
            figures("another user, labels permuted", turns),
            figures("the same, labels show it", turns.stream().filter(Turn::shown).toList()));
  }

  private Figures figures(String into, List<Turn> some) {
    List<Distribution> told =
        new PairedBootstrap(users)
            .distributions(
                times ->
                    new double[] {
                      told(3, some, times), told(5, some, times), told(SOON, some, times)
                    });
    Interval soon = told.get(2).interval();
    int[] delays = some.stream().mapToInt(Turn::delay).sorted().toArray();
    int half = delays.length == 0 ? Turn.NEVER : delays[(delays.length - 1) / 2];
    return new Figures(
        into,
        some.size(),
        some.stream().map(Turn::user).distinct().count(),
        told.get(0).value(),
        told.get(1).value(),
        told.get(2).value(),
        soon.low(),
        soon.high(),
        half == Turn.NEVER ? null : half);
  }

  Table table() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Figures row : figures()) {
      rows.add(
          List.of(
              Cell.text(row.into),
              Cell.number(String.valueOf(row.turns)),
              Cell.number(String.valueOf(row.users)),
              Cell.number(share(row.within3)),
              Cell.number(share(row.within5)),
              Cell.number(
                  "%s [%s, %s]".formatted(share(row.within10), share(row.low), share(row.high))),
              Cell.number(row.median == null ? "-" : String.valueOf(row.median))));
    }
    return new Table(
        "Told of a turn, without the LLM",
        List.of("turns into", "turns", "users", "within 3", "within 5", "within " + SOON, "median"),
        rows,
        """
        Who turns goes on, after 16 to 40 items, with the first %d of another user, under a
        permutation of that one's labels. Labels show it if one has at least half of these items more
        than of those before. within: the share that is told of within so many items; median: of the
        items until it is."""
            .replace('\n', ' ')
            .formatted(SOON));
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** The share of the turns that is told of, where each user counts so many times. */
  private static double told(int within, List<Turn> some, int[] times) {
    long all = 0;
    long told = 0;
    for (Turn turn : some) {
      long drawn = (long) times[turn.user] * times[turn.other];
      all += drawn;
      told += turn.delay <= within ? drawn : 0;
    }
    return all == 0 ? 0 : (double) told / all;
  }
}
