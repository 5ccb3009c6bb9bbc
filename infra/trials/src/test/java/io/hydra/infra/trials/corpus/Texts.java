package io.hydra.infra.trials.corpus;

import java.util.Random;

/** Texts that are valid and cost more than they look. */
public final class Texts {
  private Texts() {}

  /** One-letter words, {@code bytes} in all. */
  public static String oneLetterWords(Random random, int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    while (text.length() + 2 <= bytes) {
      text.append((char) ('a' + random.nextInt(16))).append(' ');
    }
    return text.append(text.length() < bytes ? "a" : "").toString();
  }

  /** One word without an end. */
  static String oneWord(int bytes) {
    return "x".repeat(bytes);
  }

  /** Four bytes a character, none of them a letter. */
  static String emoji(int bytes) {
    return "\uD83D\uDE3A".repeat(bytes / 4);
  }

  /** Ideographs, which no space parts. */
  static String unspaced(Random random, int bytes) {
    StringBuilder text = new StringBuilder();
    while (3 * (text.length() + 1) <= bytes) {
      text.append((char) (0x4E00 + random.nextInt(2_000)));
    }
    return text.toString();
  }

  /** One letter under very many combining marks. */
  static String marks(int bytes) {
    return "a" + "\u0301".repeat((bytes - 1) / 2);
  }

  /** A text that makes regular expressions for reasoning, fences and quotation marks backtrack. */
  static String wrappers(int bytes) {
    String unit = "<think>\n```\n\"'**Answer: ";
    return unit.repeat(Math.max(1, bytes / unit.length()));
  }
}
