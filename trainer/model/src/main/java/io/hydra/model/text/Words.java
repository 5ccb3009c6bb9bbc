package io.hydra.model.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits text into lower-case runs of letters and digits, in any script. */
public final class Words {
  private Words() {}

  /**
   * @param limit most words to return; the rest of the text is not looked at
   */
  public static List<String> of(String text, int limit) {
    List<String> words = new ArrayList<>();
    int start = -1;
    int i = 0;
    while (i < text.length() && words.size() < limit) {
      int c = text.codePointAt(i);
      boolean inWord = Character.isLetterOrDigit(c);
      if (inWord && start < 0) {
        start = i;
      } else if (!inWord && start >= 0) {
        words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
        start = -1;
      }
      i += Character.charCount(c);
    }
    if (start >= 0 && words.size() < limit) {
      words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
    }
    return words;
  }

  public static List<String> of(String text) {
    return of(text, Integer.MAX_VALUE);
  }
}
