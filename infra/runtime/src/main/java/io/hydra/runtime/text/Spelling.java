package io.hydra.runtime.text;

import static java.util.stream.Collectors.toSet;

import java.util.Collections;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Names that may have been meant by others. */
public final class Spelling {
  private Spelling() {}

  /**
   * Tells whether two words are one slip apart: a character that is wrong, missing, too many or
   * moved, so that they are the same without one of each. Of words of two letters and fewer, such
   * as {@code -x}, any two would be.
   */
  public static boolean isNear(String word, String other) {
    return Math.min(word.length(), other.length()) > 2
        && Math.abs(word.length() - other.length()) < 2
        && !Collections.disjoint(withoutOne(word), withoutOne(other));
  }

  private static Set<String> withoutOne(String word) {
    return Stream.concat(
            Stream.of(word),
            IntStream.range(0, word.length())
                .mapToObj(i -> word.substring(0, i) + word.substring(i + 1)))
        .collect(toSet());
  }
}
