package io.hydra.evaluation.report;

import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

/** A page as a browser shows it: its script has run. */
final class DrawnPage implements AutoCloseable {
  private final Context context = Context.enter();
  private final ScriptableObject scope = context.initSafeStandardObjects();

  /**
   * @param file the whole HTML
   */
  DrawnPage(String file) {
    String json = between(file, "<script type=\"application/json\" id=\"content\">");
    ScriptableObject.putProperty(scope, "given", json);
    evaluate("var document = {body: {}, getElementById: id => ({textContent: given})};");
    evaluate(between(file, "<script>"));
  }

  static String body(String file) {
    try (DrawnPage page = new DrawnPage(file)) {
      return (String) page.evaluate("document.body.innerHTML");
    }
  }

  Object evaluate(String script) {
    return context.evaluateString(scope, script, "page.html", 1, null);
  }

  private static String between(String file, String start) {
    int from = file.indexOf(start) + start.length();
    return file.substring(from, file.indexOf("</script>", from));
  }

  @Override
  public void close() {
    Context.exit();
  }
}
