package io.hydra.evaluation.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

  /** From values to pixels, with round ticks. */
  record Scale(double low, double high, double from, double to) {
    /**
     * A scale that holds these values with a little room at both ends, but does not go below 0 for
     * room alone.
     */
    static Scale around(double lowest, double highest, double from, double to) {
      double spread = highest - lowest;
      double room = spread > 0 ? 0.06 * spread : Math.max(0.05 * Math.abs(highest), 0.01);
      double low = lowest >= 0 ? Math.max(0, lowest - room) : lowest - room;
      return new Scale(low, highest + room, from, to);
    }

    double at(double value) {
      return from + (value - low) / (high - low) * (to - from);
    }

    /** Multiples of 1, 2 or 5 times a power of ten, about as many as asked for. */
    List<BigDecimal> ticks(int about) {
      double raw = (high - low) / about;
      int exponent = (int) Math.floor(Math.log10(raw));
      double lead = raw / Math.pow(10, exponent);
      int digit = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
      BigDecimal step = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent);
      List<BigDecimal> ticks = new ArrayList<>();
      long first = (long) Math.ceil(low / step.doubleValue() - 1e-9);
      for (long i = first; i * step.doubleValue() <= high + 1e-9 * (high - low); i++) {
        ticks.add(step.multiply(BigDecimal.valueOf(i)));
      }
      return ticks;
    }
  }

  /** A method has the same colour in every plot. */
  static final class Colours {
    static final String QUIET = "#8a93a0";

    private static final Map<String, String> KNOWN =
        Map.of(
            "hydra", "#0b5cad",
            "hydra-population", "#4aa3df",
            "rag", "#d2691e",
            "hydra-paper", "#8e4ec6",
            "zero-shot", "#7a828e");
    private static final List<String> OTHERS =
        List.of("#2f8f5b", "#b8890b", "#c2407f", "#1f8f9e", "#a0522d", "#5b6abf");

    private Colours() {}

    /**
     * @param index of the series, which gives a colour to a name that has none
     */
    static String of(String name, int index) {
      return KNOWN.getOrDefault(name, OTHERS.get(index % OTHERS.size()));
    }
  }
}
