package io.hydra.runtime.text;

import java.util.Locale;

/** Numbers of things, in words. */
public final class Counts {
  private Counts() {}

  /**
   * "1 record", "0 records" or "1,200 records".
   *
   * @param noun in the singular; its plural ends in s
   */
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}
