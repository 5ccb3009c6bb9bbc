package io.hydra.evaluation.report;

import io.hydra.evaluation.report.Table.Cell;
import io.hydra.runtime.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Tables as text with aligned columns: Markdown's, and bare ones for a console. */
final class TableText {
  private TableText() {}

  static String markdown(Table table) {
    List<List<String>> rows = TextTable.pad(rows(table, TableText::escape), table::flushRight);
    StringBuilder out = new StringBuilder("## ").append(escape(table.title())).append("\n\n");
    out.append("| ").append(String.join(" | ", rows.get(0))).append(" |\n|");
    for (int c = 0; c < table.headers().size(); c++) {
      out.append("-".repeat(rows.get(0).get(c).length() + 1))
          .append(table.flushRight(c) ? ":|" : "-|");
    }
    out.append('\n');
    for (List<String> row : rows.subList(1, rows.size())) {
      out.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return out + (table.note().isEmpty() ? "" : "\n" + escape(table.note()) + "\n");
  }

  static String console(Table table) {
    return table.title()
        + "\n"
        + TextTable.of(rows(table, text -> text), table::flushRight)
        + (table.note().isEmpty() ? "" : table.note() + "\n");
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
  private static List<List<String>> rows(Table table, UnaryOperator<String> escape) {
    int columns = table.headers().size();
    int[] marks = new int[columns];
    for (List<Cell> row : table.rows()) {
      for (int c = 0; c < columns; c++) {
        marks[c] = Math.max(marks[c], row.get(c).mark().length());
      }
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(table.headers().stream().map(escape).toList());
    for (List<Cell> row : table.rows()) {
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < columns; c++) {
        String text = escape.apply(row.get(c).text());
        String mark = row.get(c).mark();
        cells.add(marks[c] == 0 ? text : text + " " + mark + " ".repeat(marks[c] - mark.length()));
      }
      rows.add(cells);
    }
    return rows;
  }
}
