package io.hydra.evaluation.report;

/** Text within HTML and SVG. */
final class Html {
  private Html() {}

  /** For content and for attributes in double quotes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A note below a table or plot; "" stays "". */
  static String note(String text) {
    return text.isEmpty() ? "" : "<p class=\"note\">" + escape(text) + "</p>\n";
  }

  /** A plot with its heading. */
  static String figure(String heading, String aside, String svg) {
    return "<figure>\n<figcaption>"
        + escape(heading)
        + " <span>"
        + escape(aside)
        + "</span></figcaption>\n"
        + svg
        + "</figure>\n";
  }
}
