package io.hydra.infra.llm.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Splits text into words: runs of letters and digits, joined by inner apostrophes and hyphens. */
public final class Words {
  /** A word, for callers that need its place. */
  public static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’-][\\p{L}\\p{N}]+)*");

  private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}]+|[^\\s\\p{L}\\p{N}]");

  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          ("a an the and or but nor so yet of in on at to for from by with without as into onto over"
                  + " under about after before between through during against among via per than"
                  + " then that this these those it its he him his she her they them their we us our"
                  + " you your i me my who whom whose which what when where why how is are was were"
                  + " be been being am do does did has have had having can could may might must shall"
                  + " should will would not no if because while although though there here also such"
                  + " very more most some any each both all only just other up out off down")
              .split(" "));

  private Words() {}

  /** The words in order, lower-cased: {@link #WORD} by hand, since all sample text goes through. */
  public static List<String> lower(String text) {
    List<String> words = new ArrayList<>();
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
      words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
    }
    return words;
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
    int c = text.codePointAt(at);
    if (c < 128) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    int type = Character.getType(c);
    return Character.isLetter(c)
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  /** Whether a lower-cased word only joins others. */
  public static boolean isFunctionWord(String word) {
    return FUNCTION_WORDS.contains(word);
  }

  /** The token count of a text: every run of letters and digits and every other sign is one. */
  public static int tokenCount(String text) {
    return (int) TOKEN.matcher(text).results().count();
  }

  /** The text up to its first {@code limit} tokens. */
  public static String firstTokens(String text, int limit) {
    var tokens = TOKEN.matcher(text);
    int end = 0;
    for (int i = 0; i < limit; i++) {
      if (!tokens.find()) {
        return text;
      }
      end = tokens.end();
    }
    return text.substring(0, end);
  }
}
