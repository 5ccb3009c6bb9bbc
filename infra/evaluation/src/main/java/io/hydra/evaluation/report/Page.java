package io.hydra.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.runtime.ops.BrowserPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Content of a page that needs nothing beside itself: the script in {@code page.html} draws it. All
 * texts are plain; the script escapes them.
 */
public record Page(String title, String lead, List<Tile> tiles, List<Section> sections) {
  /**
   * A figure that stands at the top.
   *
   * @param verdict better, worse, or "" for neither
   */
  record Tile(String name, String value, String difference, String rival, String verdict) {}

  public record Section(String heading, List<? extends Block> blocks) {}

  /** Told by its fields. */
  public sealed interface Block {}

  record Note(String note) implements Block {}

  /**
   * A table with its note.
   *
   * @param title "" for none
   * @param style class of the table in the page's styles; "" for none
   * @param strong the rows that begin with it stand out; "" for none
   */
  public record TableBlock(String title, Table table, String style, String strong)
      implements Block {}

  /** Plots side by side where there is room. */
  public record Charts(List<? extends Chart> charts) implements Block {}

  /** Told by its fields. */
  public sealed interface Chart {}

  /**
   * One value with its interval per row.
   *
   * @param label says what is shown, for those who cannot see it
   * @param x label of the axis; "" where the heading says it
   * @param strong the name of the row that stands out
   */
  record Dots(String heading, String aside, String label, String x, String strong, List<Row> rows)
      implements Chart {
    /**
     * @param low and high: its interval; both the value itself where that is counted
     * @param shown the value as text
     */
    record Row(String name, double value, double low, double high, String shown) {}
  }

  /**
   * Curves, each named at its right end.
   *
   * @param x label of the axis; so is {@code y}, "" where the heading says it
   */
  public record Lines(
      String heading, String aside, String x, String y, List<Tick> ticks, List<Series> series)
      implements Chart {
    /** A labelled place on the x axis. */
    public record Tick(double at, String label) {}

    /**
     * @param low and high: its interval; null for none
     */
    public record Point(double x, double y, Double low, Double high) {
      public static Point of(double x, double y) {
        return new Point(x, y, null, null);
      }
    }

    /**
     * @param strong drawn thicker and above the others
     * @param points at least one, by rising x; where all have an interval it is shown as a band
     */
    public record Series(String name, boolean strong, List<Point> points) {}
  }

  public String html() {
    try (InputStream page = Page.class.getResourceAsStream("page.html")) {
      String html = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      for (String shared : List.of("theme.css", "draw.js", "plot.js")) {
        html = html.replace("{{" + shared + "}}", BrowserPage.file(Page.class, shared).text());
      }
      // No text can end the element that it stands in.
      String content = new ObjectMapper().writeValueAsString(this).replace("<", "\\u003c");
      return html.replace("{{content}}", content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
