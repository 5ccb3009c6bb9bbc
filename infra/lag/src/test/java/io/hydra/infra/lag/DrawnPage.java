package io.hydra.infra.lag;

import io.hydra.runtime.ops.BrowserPage;
import java.util.List;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

/** An overview as the status page's script draws it, without the part that needs a browser. */
final class DrawnPage {
  private static final String PARTS =
      """
      const parts = view(JSON.parse(given), 0, silent < 0 ? null : silent);
      const text = node => typeof node === "string" ? node
        : node.tag === "span" ? node.children.map(text).join("")
        : " " + node.children.map(text).join("") + " ";
      parts[part].map(text).join(" ").replace(/ +/g, " ").trim();
      """;

  private final String overview;

  DrawnPage(String overview) {
    this.overview = overview;
  }

  /** The text of a part of the page, by its id. */
  String part(String id) {
    return part(id, -1);
  }

  /**
   * @param silentSeconds since the monitor answered last
   */
  String part(String id, int silentSeconds) {
    try (Context context = Context.enter()) {
      context.setInterpretedMode(true);
      ScriptableObject scope = context.initSafeStandardObjects();
      ScriptableObject.putProperty(scope, "given", overview);
      ScriptableObject.putProperty(scope, "silent", silentSeconds);
      ScriptableObject.putProperty(scope, "part", id);
      for (String script : List.of("draw.js", "plot.js", "page.js")) {
        context.evaluateString(scope, file(script), script, 1, null);
      }
      return (String) context.evaluateString(scope, PARTS, "parts.js", 1, null);
    }
  }

  static String file(String name) {
    return BrowserPage.file(StatusPage.class, name).text();
  }
}
