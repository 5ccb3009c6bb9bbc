package io.hydra.evaluation.report;

import io.hydra.evaluation.report.Table.Cell;
import java.util.List;
import java.util.stream.IntStream;

/** Tables as text with aligned columns: Markdown's, and bare ones for a console. */
final class TextTable {
  private TextTable() {}

  static String markdown(Table table) {
    Layout layout = new Layout(table, true);
    StringBuilder out = new StringBuilder("## ").append(escape(table.title())).append("\n\n");
    out.append("| ").append(String.join(" | ", layout.headers())).append(" |\n|");
    for (int c = 0; c < table.headers().size(); c++) {
      out.append("-".repeat(layout.width(c) + 1)).append(table.flushRight(c) ? ":|" : "-|");
    }
    out.append('\n');
    for (List<Cell> row : table.rows()) {
      out.append("| ").append(String.join(" | ", layout.row(row))).append(" |\n");
    }
    return out + (table.note().isEmpty() ? "" : "\n" + escape(table.note()) + "\n");
  }

  static String console(Table table) {
    Layout layout = new Layout(table, false);
    StringBuilder out = new StringBuilder(table.title()).append('\n');
    out.append(String.join("  ", layout.headers()).stripTrailing()).append('\n');
    for (List<Cell> row : table.rows()) {
      out.append(String.join("  ", layout.row(row)).stripTrailing()).append('\n');
    }
    return out + (table.note().isEmpty() ? "" : table.note() + "\n");
  }

  /** So that a text is one cell, and neither markup nor HTML. */
  private static String escape(String text) {
    return text.replaceAll("\\R", " ")
        .replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("&", "&amp;")
        .replace("<", "&lt;");
  }

  /** Pads every cell to its column; marks have a column of their own within it. */
  private static final class Layout {
    private final Table table;
    private final boolean escaped;
    private final int[] marks;
    private final int[] widths;

    Layout(Table table, boolean escaped) {
      this.table = table;
      this.escaped = escaped;
      int columns = table.headers().size();
      marks = new int[columns];
      widths = new int[columns];
      for (int c = 0; c < columns; c++) {
        for (List<Cell> row : table.rows()) {
          marks[c] = Math.max(marks[c], row.get(c).mark().length());
        }
        widths[c] = text(table.headers().get(c)).length();
        for (List<Cell> row : table.rows()) {
          widths[c] = Math.max(widths[c], marked(row, c).length());
        }
      }
    }

    int width(int column) {
      return widths[column];
    }

    List<String> headers() {
      return columns().mapToObj(c -> pad(text(table.headers().get(c)), c)).toList();
    }

    List<String> row(List<Cell> row) {
      return columns().mapToObj(c -> pad(marked(row, c), c)).toList();
    }

    private IntStream columns() {
      return IntStream.range(0, table.headers().size());
    }

    private String marked(List<Cell> row, int column) {
      String text = text(row.get(column).text());
      if (marks[column] == 0) {
        return text;
      }
      String mark = row.get(column).mark();
      return text + " " + mark + " ".repeat(marks[column] - mark.length());
    }

    private String text(String text) {
      return escaped ? escape(text) : text;
    }

    private String pad(String text, int column) {
      String space = " ".repeat(widths[column] - text.length());
      return table.flushRight(column) ? space + text : text + space;
    }
  }
}
