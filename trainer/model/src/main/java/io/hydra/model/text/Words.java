package io.hydra.model.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits text into lower-case runs of letters and digits, in any script.
 *
 * <p>This is where the work on a text is bounded: however long it is, its first {@link
 * #MAX_CHARACTERS} characters and {@link #MAX_WORDS} words are all that features, BM25 and learning
 * ever see.
 */
public final class Words {
  /** Characters (UTF-16) of a text that are looked at; some four pages of prose. */
  public static final int MAX_CHARACTERS = 8192;

  /** Words of a text that are looked at. */
  public static final int MAX_WORDS = 1024;

  private Words() {}

  /** The part of a text that is looked at; never ends in half a character. */
  public static String head(String text) {
    if (text.length() <= MAX_CHARACTERS) {
      return text;
    }
    boolean splits = Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1));
    return text.substring(0, splits ? MAX_CHARACTERS - 1 : MAX_CHARACTERS);
  }

  /**
   * @param limit most words to return, up to {@link #MAX_WORDS}; the rest of the text is not looked
   *     at
   */
  public static List<String> of(String whole, int limit) {
    String text = head(whole);
    int most = Math.min(limit, MAX_WORDS);
    List<String> words = new ArrayList<>();
    int start = -1;
    int i = 0;
    while (i < text.length() && words.size() < most) {
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
    if (start >= 0 && words.size() < most) {
      words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
    }
    return words;
  }

  public static List<String> of(String text) {
    return of(text, MAX_WORDS);
  }
}
