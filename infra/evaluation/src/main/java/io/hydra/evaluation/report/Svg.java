package io.hydra.evaluation.report;

import java.util.Locale;

/** Shapes of one inline SVG, in pixels; all text is escaped, numbers have one decimal. */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /**
   * @param label what is shown, for those who cannot see it
   */
  Svg(int width, int height, String label) {
    add(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        width, height, Html.escape(label));
  }

  void line(String cssClass, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        cssClass, x1, y1, x2, y2);
  }

  void stroke(String colour, double width, double x1, double y1, double x2, double y2) {
    add(
        "<line stroke=\"%s\" stroke-width=\"%.1f\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\""
            + " y2=\"%.1f\"/>",
        colour, width, x1, y1, x2, y2);
  }

  void rectangle(String cssClass, double x, double y, double width, double height) {
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\"/>",
        cssClass, x, y, width, height);
  }

  void dot(String colour, double x, double y, double radius) {
    add(
        "<circle fill=\"%s\" stroke=\"#fff\" stroke-width=\"1.2\" cx=\"%.1f\" cy=\"%.1f\""
            + " r=\"%.1f\"/>",
        colour, x, y, radius);
  }

  /**
   * @param points "x,y x,y ..."
   */
  void polyline(String colour, double width, String points) {
    add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\""
            + " stroke-linecap=\"round\" points=\"%s\"/>",
        colour, width, points);
  }

  /** A translucent area. */
  void area(String colour, String points) {
    add("<polygon fill=\"%s\" fill-opacity=\"0.13\" points=\"%s\"/>", colour, points);
  }

  /**
   * @param anchor start, middle or end
   */
  void text(String cssClass, String anchor, double x, double y, String text) {
    add(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        cssClass, anchor, x, y, Html.escape(text));
  }

  void colouredText(String colour, boolean bold, double x, double y, String text) {
    add(
        "<text%s style=\"fill:%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        bold ? " class=\"bold\"" : "", colour, x, y, Html.escape(text));
  }

  String end() {
    return out.append("</svg>\n").toString();
  }

  static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
  }

  /** About how wide a text of 12 px is; fonts differ, so rather too much than too little. */
  static double width(String text) {
    return 7.4 * text.codePointCount(0, text.length());
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
