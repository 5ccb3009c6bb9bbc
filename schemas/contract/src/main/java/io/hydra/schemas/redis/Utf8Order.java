package io.hydra.schemas.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Orders text by its UTF-8 bytes, unsigned, as Redis does; Java's own order differs past U+FFFF.
 */
enum Utf8Order implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
