package io.hydra.evaluation.report;

import io.hydra.runtime.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A table of the reports, as Markdown, as bare text, or drawn by the page.
 *
 * @param note the meaning of its marks; "" for none
 */
public record Table(String title, List<String> headers, List<List<Cell>> rows, String note) {
  public enum Kind {
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
  public record Cell(String text, String mark, Kind kind) {
    public static Cell text(String text) {
      return new Cell(text, "", Kind.TEXT);
    }

    public static Cell number(String text) {
      return new Cell(text, "", Kind.NUMBER);
    }
  }

  /** With aligned columns, to be read as plain text too. */
  public String markdown() {
    List<List<String>> lines = TextTable.pad(lines(Table::escape), this::flushRight);
    StringBuilder out = new StringBuilder("## ").append(escape(title)).append("\n\n");
    for (int r = 0; r < lines.size(); r++) {
      out.append("| ").append(String.join(" | ", lines.get(r))).append(" |\n");
      for (int c = 0; r == 0 && c < headers.size(); c++) {
        String rule = "-".repeat(lines.get(0).get(c).length() + 1);
        out.append('|').append(rule).append(flushRight(c) ? ':' : '-');
      }
      out.append(r == 0 ? "|\n" : "");
    }
    return out + (note.isEmpty() ? "" : "\n" + escape(note) + "\n");
  }

  /** For a console. */
  public String text() {
    String lines = TextTable.of(lines(UnaryOperator.identity()), this::flushRight);
    return title + "\n" + lines + (note.isEmpty() ? "" : note + "\n");
  }

  private boolean flushRight(int column) {
    return !rows.isEmpty() && rows.get(0).get(column).kind() != Kind.TEXT;
  }

  /** So that a text is one cell, and neither markup nor HTML. */
  private static String escape(String text) {
    return text.replaceAll("\\R", " ")
        .replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("&", "&amp;")
        .replace("<", "&lt;");
  }

  /** The headers, then the rows; marks have a column of their own within a cell. */
  private List<List<String>> lines(UnaryOperator<String> escape) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(headers.stream().map(escape).toList());
    int[] marks =
        IntStream.range(0, headers.size())
            .map(c -> rows.stream().mapToInt(r -> r.get(c).mark().length()).max().orElse(0))
            .toArray();
    for (List<Cell> row : rows) {
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < row.size(); c++) {
        String mark = row.get(c).mark();
        String after = marks[c] == 0 ? "" : " " + mark + " ".repeat(marks[c] - mark.length());
        cells.add(escape.apply(row.get(c).text()) + after);
      }
      lines.add(cells);
    }
    return lines;
  }
}
