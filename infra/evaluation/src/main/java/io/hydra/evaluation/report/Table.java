package io.hydra.evaluation.report;

import java.util.List;

/**
 * A table, to be written as Markdown or HTML.
 *
 * @param note what its marks mean; "" for none
 */
record Table(String title, List<String> headers, List<List<Cell>> rows, String note) {
  enum Kind {
    TEXT,
    NUMBER,
    BETTER,
    WORSE
  }

  /**
   * Text is set flush left, all other kinds flush right.
   *
   * @param mark stands after the text, outside the alignment; "" for none
   */
  record Cell(String text, String mark, Kind kind) {
    static Cell text(String text) {
      return new Cell(text, "", Kind.TEXT);
    }

    static Cell number(String text) {
      return new Cell(text, "", Kind.NUMBER);
    }
  }

  boolean flushRight(int column) {
    return !rows.isEmpty() && rows.get(0).get(column).kind() != Kind.TEXT;
  }
}
