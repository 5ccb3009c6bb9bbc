package io.hydra.infra.llm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Splits text into words: runs of letters, marks and digits, joined by inner apostrophes and
 * hyphens. By hand and not by pattern, since all sample text and every prompt goes through.
 */
public final class Words {
  private static final List<String> FUNCTION_WORDS =
      List.of(
          ("a an the and or but nor so yet of in on at to for from by with without as into onto"
                  + " over under about after before between through during against among via per than"
                  + " then that this these those it its he him his she her they them their we us our"
                  + " you your i me my who whom whose which what when where why how is are was were be"
                  + " been being am do does did has have had having can could may might must shall"
                  + " should will would not no if because while although though there here also such"
                  + " very more most some any each both all only just other up out off down")
              .split(" "));

  private static final Map<String, Integer> FUNCTION_WORD_NUMBERS = new HashMap<>();

  static {
    FUNCTION_WORDS.forEach(w -> FUNCTION_WORD_NUMBERS.put(w, FUNCTION_WORD_NUMBERS.size()));
  }

  private Words() {}

  /** The words in order, lower-cased. */
  public static List<String> lower(String text) {
    int[] bounds = bounds(text);
    List<String> words = new ArrayList<>(bounds.length / 2);
    for (int i = 0; i < bounds.length; i += 2) {
      words.add(text.substring(bounds[i], bounds[i + 1]).toLowerCase(Locale.ROOT));
    }
    return words;
  }

  /** Start and end of each word, one after the other. */
  static int[] bounds(String text) {
    int[] bounds = new int[32];
    int size = 0;
    int length = text.length();
    int i = 0;
    while (i < length) {
      if (!isWordPart(text, i)) {
        i++;
        continue;
      }
      int start = i;
      i = endOfRun(text, i);
      while (i + 1 < length && isJoin(text.charAt(i)) && isWordPart(text, i + 1)) {
        i = endOfRun(text, i + 1);
      }
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * size);
      }
      bounds[size++] = start;
      bounds[size++] = i;
    }
    return Arrays.copyOf(bounds, size);
  }

  private static int endOfRun(String text, int from) {
    int i = from;
    while (i < text.length() && isWordPart(text, i)) {
      i += Character.charCount(text.codePointAt(i));
    }
    return i;
  }

  private static boolean isJoin(char c) {
    return c == '-' || c == '\'' || c == '\u2019';
  }

  private static boolean isWordPart(String text, int at) {
    char first = text.charAt(at);
    if (first < 128) {
      return (first >= 'a' && first <= 'z')
          || (first >= 'A' && first <= 'Z')
          || (first >= '0' && first <= '9');
    }
    int c = text.codePointAt(at);
    int type = Character.getType(c);
    return Character.isLetter(c)
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  /** Tells whether a lower-cased word only joins others. */
  public static boolean isFunctionWord(String word) {
    return FUNCTION_WORD_NUMBERS.containsKey(word);
  }

  /** The number of words that only join others; they are numbered from 0. */
  public static int functionWords() {
    return FUNCTION_WORDS.size();
  }

  public static String functionWord(int number) {
    return FUNCTION_WORDS.get(number);
  }

  /** The number of a lower-cased word that only joins others, or -1. */
  static int functionNumber(String word) {
    return FUNCTION_WORD_NUMBERS.getOrDefault(word, -1);
  }

  /** The token count of a text: every run of letters and digits and every other sign is one. */
  public static int tokenCount(String text) {
    int tokens = 0;
    for (int i = nextToken(text, 0); i < text.length(); i = nextToken(text, endOfToken(text, i))) {
      tokens++;
    }
    return tokens;
  }

  /** The text up to its first {@code limit} tokens. */
  public static String firstTokens(String text, int limit) {
    if (limit >= text.length()) {
      return text;
    }
    int end = 0;
    for (int i = 0; i < limit; i++) {
      int start = nextToken(text, end);
      if (start == text.length()) {
        return text;
      }
      end = endOfToken(text, start);
    }
    return text.substring(0, end);
  }

  private static int nextToken(String text, int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int endOfToken(String text, int start) {
    return isWordPart(text, start)
        ? endOfRun(text, start)
        : start + Character.charCount(text.codePointAt(start));
  }

  /** ASCII white space, as the pattern {@code \s} has it. */
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
