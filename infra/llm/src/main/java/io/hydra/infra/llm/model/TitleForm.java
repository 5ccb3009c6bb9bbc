package io.hydra.infra.llm.model;

import java.util.List;
import java.util.Locale;

/** Writes picked words as a title. */
final class TitleForm {
  private static final int SHORTEST_WITH_COLON = 4;

  private TitleForm() {}

  /** The marks of a title's form. */
  record Frame(
      Formula beginning, Formula ending, boolean titleCase, boolean colon, boolean question) {}

  /**
   * @param title indices of candidates in order
   * @param joining words that only join others, lower-cased, for the first breaks between them
   */
  static String write(Candidates words, int[] title, List<String> joining, Frame frame) {
    int colonAfter = frame.colon() && title.length >= SHORTEST_WITH_COLON ? widestGap(title) : -1;
    StringBuilder out = new StringBuilder();
    frame.beginning().words().forEach(w -> append(out, w));
    int joined = 0;
    for (int i = 0; i < title.length; i++) {
      boolean opens = out.isEmpty() || i - 1 == colonAfter;
      if (!opens && i > 0 && title[i] > title[i - 1] + 1 && joined < joining.size()) {
        append(out, joining.get(joined++));
      }
      append(out, cased(words, title[i], frame.titleCase(), opens));
      if (i == colonAfter) {
        out.append(':');
      }
    }
    frame.ending().words().forEach(w -> append(out, w));
    return out.append(frame.question() && title.length > 0 ? "?" : "").toString();
  }

  /** How many places there are for joining words. */
  static int breaks(int[] title) {
    int breaks = 0;
    for (int i = 1; i < title.length; i++) {
      breaks += title[i] > title[i - 1] + 1 ? 1 : 0;
    }
    return breaks;
  }

  private static void append(StringBuilder out, String word) {
    out.append(out.isEmpty() ? "" : " ").append(word);
  }

  private static String cased(Candidates words, int at, boolean titleCase, boolean opens) {
    String surface = words.surface(at);
    if (words.keepsCase(at) && at >= words.inputFrom()) {
      return surface;
    }
    String lower = surface.toLowerCase(Locale.ROOT);
    if (opens || (titleCase && !words.isFunction(at))) {
      int first = lower.offsetByCodePoints(0, 1);
      return lower.substring(0, first).toUpperCase(Locale.ROOT) + lower.substring(first);
    }
    return lower;
  }

  /** The place after which the input was cut most: a break that reads as one. */
  private static int widestGap(int[] title) {
    int at = 0;
    for (int i = 0; i < title.length / 2 + 1 && i + 2 < title.length; i++) {
      if (title[i + 1] - title[i] > title[at + 1] - title[at]) {
        at = i;
      }
    }
    return at;
  }
}
