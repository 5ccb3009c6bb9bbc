package io.hydra.model.encoder;

import io.hydra.model.text.Words;
import java.util.List;

/**
 * A tokenizer without a vocabulary: a word's id is a hash of it, so every script and every new word
 * has one, at the price of collisions. Id 0 is padding.
 */
final class HashedWords {
  /** Words beyond this many are not looked at. */
  static final int MAX_WORDS = 128;

  private final int buckets;

  HashedWords(int buckets) {
    this.buckets = buckets;
  }

  int vocabularySize() {
    return buckets + 1;
  }

  int[] ids(String text) {
    List<String> words = Words.of(text, MAX_WORDS);
    int[] ids = new int[words.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 1 + Integer.remainderUnsigned(spread(words.get(i).hashCode()), buckets);
    }
    return ids;
  }

  /** MurmurHash3's finalizer: String.hashCode is specified, but its low bits are alike. */
  private static int spread(int h) {
    int x = h;
    x ^= x >>> 16;
    x *= 0x85ebca6b;
    x ^= x >>> 13;
    x *= 0xc2b2ae35;
    x ^= x >>> 16;
    return x;
  }
}
