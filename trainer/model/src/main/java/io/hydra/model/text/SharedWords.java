package io.hydra.model.text;

/**
 * Shares equal words between texts: most words of a text are common ones, and remembered texts
 * would else hold each of them thousands of times. A fixed number of places, where a newer word
 * takes that of an older one. Thread-safe without locks: a race costs a copy.
 */
public final class SharedWords {
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
