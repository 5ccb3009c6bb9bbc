package io.hydra.evaluation.bench;

import java.util.List;

/** Text in columns: the first one flush left, the others flush right. */
final class Aligned {
  private Aligned() {}

  /**
   * @param rows each as long as the headers
   */
  static String table(List<String> headers, List<List<String>> rows) {
    int[] widths = headers.stream().mapToInt(String::length).toArray();
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder out = new StringBuilder();
    append(out, headers, widths);
    rows.forEach(row -> append(out, row, widths));
    return out.toString();
  }

  private static void append(StringBuilder out, List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String space = " ".repeat(widths[c] - row.get(c).length());
      line.append(c == 0 ? row.get(c) + space : "  " + space + row.get(c));
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}
