package io.hydra.model.text;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits text into lower-case words, in any script: the one segmenter of features, hashed vectors,
 * closeness and, for scripts without spaces, BM25.
 *
 * <p>A word is a run of letters and digits with their combining marks, composed (NFC). Where a
 * script puts no space between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) or joins
 * particles to them (Korean), the words are each two neighbouring characters, marks included, as
 * Lucene's CJK analysis has them: no dictionary to ship, and what is alike shares most of them.
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

  /** Below it no character combines with another one. */
  private static final int FIRST_COMBINING = 0x300;

  /** Below it every script has spaces. */
  private static final int FIRST_UNSPACED = 0x0E00;

  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private static final Set<UnicodeScript> UNSPACED =
      Set.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.HANGUL,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private Words() {}

  /** Takes the words of a text one by one, as places in it. */
  @FunctionalInterface
  public interface Sink {
    /** Returns true if more words are wanted. */
    boolean word(int start, int end);
  }

  /** The part of a text that is looked at, composed (NFC); never ends in half a character. */
  public static String head(String text) {
    return compose(cut(text, MAX_CHARACTERS));
  }

  /** The text up to so many UTF-16 characters, without half a character at its end. */
  public static String cut(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    boolean splits = characters > 0 && Character.isHighSurrogate(text.charAt(characters - 1));
    return text.substring(0, splits ? characters - 1 : characters);
  }

  private static String compose(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_COMBINING) {
        return Normalizer.isNormalized(text, Normalizer.Form.NFC)
            ? text
            : cut(Normalizer.normalize(text, Normalizer.Form.NFC), MAX_CHARACTERS);
      }
    }
    return text;
  }

  /**
   * @param limit most words to return, up to {@link #MAX_WORDS}; the rest of the text is not looked
   *     at
   */
  public static List<String> of(String text, int limit) {
    int most = Math.min(limit, MAX_WORDS);
    List<String> words = new ArrayList<>();
    if (most > 0) {
      String head = head(text);
      scan(
          head,
          (start, end) -> {
            words.add(SharedWords.of(head.substring(start, end).toLowerCase(Locale.ROOT)));
            return words.size() < most;
          });
    }
    return words;
  }

  public static List<String> of(String text) {
    return of(text, MAX_WORDS);
  }

  /** Tells whether a text has characters of scripts without spaces. */
  public static boolean hasUnspaced(String text) {
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) < FIRST_UNSPACED) {
        i++;
        continue;
      }
      int c = text.codePointAt(i);
      if (isUnspaced(c)) {
        return true;
      }
      i += Character.charCount(c);
    }
    return false;
  }

  /** Tells whether a character is of a script without spaces. */
  public static boolean isUnspaced(int c) {
    return c >= FIRST_UNSPACED && UNSPACED.contains(UnicodeScript.of(c));
  }

  /**
   * Finds the words of a text, in order.
   *
   * @param text as {@link #head} returned it
   */
  public static void scan(String text, Sink sink) {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (!Character.isLetterOrDigit(c)) {
        i += Character.charCount(c);
        continue;
      }
      int end = isUnspaced(c) ? pairs(text, i, sink) : word(text, i, sink);
      if (end < 0) {
        return;
      }
      i = end;
    }
  }

  /** Returns the end of the word, or -1 if no more are wanted. */
  private static int word(String text, int start, Sink sink) {
    int i = start;
    while (i < text.length()) {
      char plain = text.charAt(i);
      if (plain < FIRST_COMBINING && Character.isLetterOrDigit(plain)) {
        // Most of what is ever read; the rest gives the same, more slowly.
        i++;
        continue;
      }
      int c = text.codePointAt(i);
      boolean goesOn = Character.isLetterOrDigit(c) ? !isUnspaced(c) : isMark(c);
      if (!goesOn) {
        break;
      }
      i += Character.charCount(c);
    }
    return sink.word(start, i) ? i : -1;
  }

  /** Each two neighbours of a run; a character by itself where it has none. */
  private static int pairs(String text, int start, Sink sink) {
    int before = -1;
    int i = start;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      // Marks such as the long vowel's belong to no script.
      boolean goesOn =
          isUnspaced(c)
              ? Character.isLetterOrDigit(c)
              : Character.isLetter(c) && UnicodeScript.of(c) == UnicodeScript.COMMON;
      if (!goesOn) {
        break;
      }
      int end = i + Character.charCount(c);
      while (end < text.length() && isMark(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      if (before >= 0 && !sink.word(before, end)) {
        return -1;
      }
      before = i;
      i = end;
    }
    return before > start || sink.word(start, i) ? i : -1;
  }

  /** Tells whether a character belongs to the letter before it. */
  private static boolean isMark(int c) {
    if (c < FIRST_COMBINING) {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || c == ZERO_WIDTH_JOINER
        || c == ZERO_WIDTH_NON_JOINER;
  }

  /**
   * Shares equal words between texts: most words of a text are common ones, and remembered texts
   * would else hold each of them thousands of times. A fixed number of places, where a newer word
   * takes that of an older one. Thread-safe without locks: a race costs a copy.
   */
  public static final class SharedWords {
    private static final int PLACES = 1 << 15;
    private static final int LONGEST = 32;
    private static final String[] WORDS = new String[PLACES];

    private SharedWords() {}

    /** An equal string, perhaps one that is held already. */
    public static String of(String word) {
      if (word.length() > LONGEST) {
        return word;
      }
      int hash = word.hashCode();
      int place = (hash ^ hash >>> 15) & PLACES - 1;
      String known = WORDS[place];
      if (word.equals(known)) {
        return known;
      }
      WORDS[place] = word;
      return word;
    }
  }
}
