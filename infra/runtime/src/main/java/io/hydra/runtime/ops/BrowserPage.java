package io.hydra.runtime.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * The files of a page that people look at, whichever server sends them. A page is a folder {@code
 * page} beside its class; its theme and what draws it, every page shares.
 */
public final class BrowserPage {
  /**
   * Of every page. What a browser shows comes from this server alone, in no other site's frame, and
   * is of now.
   */
  public static final Map<String, String> HEADERS =
      Map.of(
          "Cache-Control",
          "no-store",
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "Referrer-Policy",
          "no-referrer",
          "X-Content-Type-Options",
          "nosniff");

  private static final Set<String> SHARED = Set.of("theme.css", "draw.js", "plot.js");

  private static final Map<String, String> TYPES =
      Map.of("html", "text/html", "css", "text/css", "js", "text/javascript");

  private BrowserPage() {}

  /** One file, as it is sent. */
  public record File(String text, String contentType) {}

  /**
   * Reads a file of a page.
   *
   * @param owner beside which the folder is
   */
  public static File file(Class<?> owner, String name) {
    String path = SHARED.contains(name) ? "/io/hydra/runtime/page/" + name : "page/" + name;
    try (InputStream in = owner.getResourceAsStream(path)) {
      String type = TYPES.get(name.substring(name.indexOf('.') + 1)) + "; charset=utf-8";
      return new File(new String(in.readAllBytes(), StandardCharsets.UTF_8), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
