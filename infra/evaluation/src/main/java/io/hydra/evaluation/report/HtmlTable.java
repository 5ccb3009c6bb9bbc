package io.hydra.evaluation.report;

import io.hydra.evaluation.report.Table.Cell;
import io.hydra.evaluation.report.Table.Kind;
import java.util.List;
import java.util.Locale;

/** Tables of the page. */
final class HtmlTable {
  private HtmlTable() {}

  /** With its title and note; the rows that begin with {@code strong} stand out. */
  static String titled(Table table, String strong) {
    return "<h3>" + Html.escape(table.title()) + "</h3>\n" + bare(table, "", strong);
  }

  /** Without a title, with its note. */
  static String bare(Table table, String cssClass, String strong) {
    StringBuilder out = new StringBuilder("<div class=\"scroll\"><table");
    out.append(cssClass.isEmpty() ? "" : " class=\"" + cssClass + "\"").append(">\n<thead><tr>");
    for (int c = 0; c < table.headers().size(); c++) {
      out.append(table.flushRight(c) ? "<th class=\"right\">" : "<th>")
          .append(Html.escape(table.headers().get(c)));
      mark(out, Cell.number(""), widestMark(table, c));
      out.append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (List<Cell> row : table.rows()) {
      out.append(row.get(0).text().equals(strong) ? "<tr class=\"strong\">" : "<tr>");
      for (int c = 0; c < row.size(); c++) {
        cell(out, row.get(c), widestMark(table, c));
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody>\n</table></div>\n").append(Html.note(table.note())).toString();
  }

  private static void cell(StringBuilder out, Cell cell, int widestMark) {
    boolean number = cell.kind() != Kind.TEXT;
    out.append(number ? "<td class=\"right\">" : "<td>");
    String text = Html.escape(cell.text());
    // A true minus sign is as wide as a plus sign, so that columns line up.
    out.append(number ? text.replace('-', '−') : text);
    mark(out, cell, widestMark);
    out.append("</td>");
  }

  /** As wide in every cell of a column, so that the numbers before it line up. */
  private static void mark(StringBuilder out, Cell cell, int widest) {
    if (widest > 0) {
      out.append("<span class=\"mark ")
          .append(cell.kind().name().toLowerCase(Locale.ROOT))
          .append("\" style=\"width:")
          .append(widest > 2 ? "4.8em" : "1.9em")
          .append("\">")
          .append(Html.escape(cell.mark()))
          .append("</span>");
    }
  }

  private static int widestMark(Table table, int column) {
    return table.rows().stream().mapToInt(r -> r.get(column).mark().length()).max().orElse(0);
  }
}
