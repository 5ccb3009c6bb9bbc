package io.hydra.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page that needs nothing beside itself: styles and plots are in it, scripts there are none. */
public final class Page {
  private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");

  private final String title;
  private final String lead;
  private final StringBuilder body = new StringBuilder();

  /** Title and lead are plain text. */
  public Page(String title, String lead) {
    this.title = title;
    this.lead = lead;
  }

  /**
   * Adds a section.
   *
   * @param heading plain text
   * @param blocks HTML
   */
  public Page section(String heading, String... blocks) {
    body.append("<section>\n<h2>").append(Html.escape(heading)).append("</h2>\n");
    for (String block : blocks) {
      body.append(block);
    }
    body.append("</section>\n");
    return this;
  }

  /** Adds HTML outside of any section. */
  Page block(String html) {
    body.append(html);
    return this;
  }

  /** Plots side by side where there is room, as a block of a section. */
  public static String charts(Iterable<String> figures) {
    return "<div class=\"charts\">\n" + String.join("", figures) + "</div>\n";
  }

  /** A plot with its heading, for {@link #charts}; heading and aside are plain text. */
  public static String figure(String heading, String aside, LineChart chart) {
    return Html.figure(heading, aside, chart.svg(heading));
  }

  public String html() {
    Map<String, String> slots =
        Map.of(
            "title", Html.escape(title),
            "lead", Html.escape(lead),
            "style", resource("page.css"),
            "body", body.toString());
    return SLOT.matcher(resource("page.html"))
        .replaceAll(slot -> Matcher.quoteReplacement(slots.get(slot.group(1))));
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing beside the report");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
