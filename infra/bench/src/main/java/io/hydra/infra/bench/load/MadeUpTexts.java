package io.hydra.infra.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Texts of made-up words, of which the same ones come again: together they compress about as well
 * as what people write, to less than half.
 */
public final class MadeUpTexts {
  private static final int WORDS = 2000;
  private static final int MOST_LETTERS = 9;
  private static final int ALL_BYTES = 1 << 20;

  /** Near the golden section of the whole, so that texts in a row lie far apart. */
  private static final int STEP = 648_055;

  private final byte[] all;

  public MadeUpTexts(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String[] words = new String[WORDS];
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(MOST_LETTERS - 1); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    StringBuilder text = new StringBuilder();
    while (text.length() < ALL_BYTES) {
      text.append(words[random.nextInt(WORDS)]).append(' ');
    }
    text.setLength(ALL_BYTES);
    all = text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Puts the text of a number into bytes of others.
   *
   * @param number not below 0
   * @param length at least 1, at most half a MiB
   */
  public void put(long number, byte[] into, int at, int length) {
    System.arraycopy(all, (int) (number * STEP % (ALL_BYTES - length)), into, at, length);
    into[at] = 'x'; // A text of spaces alone is none.
  }

  /** The text of a number. */
  public String text(long number, int length) {
    byte[] text = new byte[length];
    put(number, text, 0, length);
    return new String(text, StandardCharsets.US_ASCII);
  }
}
