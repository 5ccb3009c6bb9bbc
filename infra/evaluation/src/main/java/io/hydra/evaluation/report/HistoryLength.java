package io.hydra.evaluation.report;

import java.util.List;

/**
 * A range of how many of a user's items came before a question.
 *
 * @param to inclusive; {@link Integer#MAX_VALUE} where there is no end
 */
record HistoryLength(int from, int to) {
  static final List<HistoryLength> ALL =
      List.of(
          new HistoryLength(0, 0),
          new HistoryLength(1, 1),
          new HistoryLength(2, 3),
          new HistoryLength(4, 7),
          new HistoryLength(8, 15),
          new HistoryLength(16, 31),
          new HistoryLength(32, 63),
          new HistoryLength(64, Integer.MAX_VALUE));

  boolean contains(int seen) {
    return seen >= from && seen <= to;
  }

  boolean open() {
    return to == Integer.MAX_VALUE;
  }

  String label() {
    if (open()) {
      return from + "+";
    }
    return from == to ? String.valueOf(from) : from + "-" + to;
  }
}
