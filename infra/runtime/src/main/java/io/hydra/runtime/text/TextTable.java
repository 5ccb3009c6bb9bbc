package io.hydra.runtime.text;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Columns of text, each as wide as its longest cell. */
public final class TextTable {
  private TextTable() {}

  /**
   * Lines of text, with two spaces between columns.
   *
   * @param rows all of one length; the headers, if any, are the first
   * @param flushRight the columns set flush right; all others are set flush left
   */
  public static String of(List<List<String>> rows, IntPredicate flushRight) {
    StringBuilder out = new StringBuilder();
    for (List<String> row : pad(rows, flushRight)) {
      out.append(String.join("  ", row).stripTrailing()).append('\n');
    }
    return out.toString();
  }

  /** The cells, filled up with spaces to the width of their column. */
  public static List<List<String>> pad(List<List<String>> rows, IntPredicate flushRight) {
    int[] widths = new int[rows.isEmpty() ? 0 : rows.get(0).size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, widths.length)
                    .mapToObj(c -> pad(row.get(c), widths[c], flushRight.test(c)))
                    .toList())
        .toList();
  }

  private static String pad(String cell, int width, boolean flushRight) {
    String space = " ".repeat(width - cell.length());
    return flushRight ? space + cell : cell + space;
  }
}
