package io.hydra.evaluation.metric;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The tokens of NIST's mteval-v13a: ASCII symbols stand alone, apart from the apostrophe, and apart
 * from full stops and commas within numbers and dashes after letters. Other scripts are split at
 * white space only.
 */
final class BleuTokens {
  private static final Pattern SYMBOL = Pattern.compile("([!-&(-+/:-@\\[-`{-~])");
  private static final Pattern STOP_AFTER = Pattern.compile("([^0-9])([.,])");
  private static final Pattern STOP_BEFORE = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH = Pattern.compile("([0-9])(-)");
  // The white space at which Python splits: Unicode's, and the four separators of ASCII.
  private static final Pattern SPACE = Pattern.compile("(?U)[\\s\\x1c-\\x1f]+");

  private BleuTokens() {}

  static List<String> of(String text) {
    String line =
        text.stripTrailing()
            .replace("<skipped>", "")
            .replace("-\n", "")
            .replace('\n', ' ')
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = SYMBOL.matcher(" " + line + " ").replaceAll(" $1 ");
    line = STOP_AFTER.matcher(line).replaceAll("$1 $2 ");
    line = STOP_BEFORE.matcher(line).replaceAll(" $1 $2");
    line = DASH.matcher(line).replaceAll("$1 $2 ");
    return SPACE.splitAsStream(line).filter(token -> !token.isEmpty()).toList();
  }
}
