package io.hydra.model.prompt;

import io.hydra.model.prompt.Redactor.Match;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pieces that one prompt hides, each behind a placeholder such as {@code [EMAIL_1]}: the same
 * piece behind the same one in all of the prompt, so that the LLM can answer with it. Not
 * thread-safe while pieces are hidden.
 */
final class Redaction {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[([A-Za-z]{1,20}_\\d{1,6})]");

  /** Of a prompt that hides nothing. */
  static final Redaction NONE = new Redaction(Redactor.NONE);

  private final Redactor redactor;
  private final Map<String, String> placeholders = new LinkedHashMap<>();
  private final Map<String, String> pieces = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  Redaction(Redactor redactor) {
    this.redactor = redactor;
  }

  /** The text with a placeholder for each piece that it must not tell. */
  String hide(String text) {
    List<Match> matches =
        redactor.find(text).stream().sorted(Comparator.comparingInt(Match::start)).toList();
    if (matches.isEmpty()) {
      return text;
    }
    StringBuilder hidden = new StringBuilder();
    int done = 0;
    for (Match match : matches) {
      if (match.start() >= done) {
        hidden.append(text, done, match.start());
        hidden.append(placeholder(text.substring(match.start(), match.end()), match.kind()));
        done = match.end();
      }
    }
    return hidden.append(text, done, text.length()).toString();
  }

  private String placeholder(String piece, String kind) {
    return placeholders.computeIfAbsent(
        piece,
        p -> {
          String name = kind + "_" + counts.merge(kind, 1, Integer::sum);
          pieces.put(name, piece);
          return "[" + name + "]";
        });
  }

  /** This, or {@link #NONE} where nothing was hidden. */
  Redaction done() {
    return pieces.isEmpty() ? NONE : this;
  }

  /** The LLM's text with what its placeholders stand for. */
  String restore(String text) {
    if (pieces.isEmpty()) {
      return text;
    }
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    pieces.getOrDefault(match.group(1).toUpperCase(Locale.ROOT), match.group())));
  }
}
