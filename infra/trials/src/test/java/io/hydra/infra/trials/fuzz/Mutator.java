package io.hydra.infra.trials.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes bytes at random, a few times each: flips, interesting numbers, cut and repeated ranges,
 * text that is hard to read, and pieces of other seeds. The same seed and index give the same
 * mutant, whatever came before. It looks at no coverage.
 */
final class Mutator {
  private static final int MOST_CHANGES = 8;
  private static final int LONGEST = 128 * 1024;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final byte[] BYTES = {
    0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xff, '"', '{', '[', '\\'
  };
  private static final List<byte[]> PIECES =
      List.of(
          new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0xBD},
          new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
          new byte[] {(byte) 0xE2, (byte) 0x80, (byte) 0xAE},
          new byte[] {(byte) 0xE2, (byte) 0x80, (byte) 0x8B},
          new byte[] {(byte) 0xC0, (byte) 0x80},
          new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
          new byte[] {0x7f, -1, -1, -1},
          new byte[] {-2, -1, -1, -1, 0x0f},
          ascii("\\ud83d"),
          ascii("\\u0000"),
          ascii("1e999"),
          ascii("-9223372036854775808"),
          ascii("99999999999999999999"),
          ascii("NaN"),
          ascii("null"),
          ascii("<think>"),
          ascii("</think>"),
          ascii("```"),
          ascii("[[[[[[[[[[[[[[[["),
          ascii("{\"a\":{\"a\":{\"a\":"),
          ascii(";;,::,0:0,0:1"));

  private final long seed;
  private final List<byte[]> seeds;

  Mutator(long seed, List<byte[]> seeds) {
    this.seed = seed;
    this.seeds = List.copyOf(seeds);
  }

  byte[] mutant(long index) {
    SplittableRandom random = new SplittableRandom(seed * GOLDEN + index);
    byte[] bytes = pick(random).clone();
    int changes = 0;
    do {
      bytes = change(bytes, random);
    } while (++changes < MOST_CHANGES && random.nextBoolean());
    return bytes.length > LONGEST ? Arrays.copyOf(bytes, LONGEST) : bytes;
  }

  /** The shorter of two, so that time goes into many small ones rather than into few large. */
  private byte[] pick(SplittableRandom random) {
    byte[] one = seeds.get(random.nextInt(seeds.size()));
    byte[] other = seeds.get(random.nextInt(seeds.size()));
    return one.length <= other.length ? one : other;
  }

  private byte[] change(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return pick(random).clone();
    }
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(32, bytes.length - at));
    return switch (random.nextInt(9)) {
      case 0 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
      case 1 -> {
        bytes[at] = BYTES[random.nextInt(BYTES.length)];
        yield bytes;
      }
      case 2 -> {
        bytes[at] = (byte) random.nextInt(256);
        yield bytes;
      }
      case 3 -> replaced(bytes, at, length, new byte[0]);
      case 4 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
      case 5 -> replaced(bytes, at, 0, PIECES.get(random.nextInt(PIECES.size())));
      case 6 -> replaced(bytes, at, length, PIECES.get(random.nextInt(PIECES.size())));
      case 7 -> Arrays.copyOf(bytes, at);
      default -> {
        byte[] other = pick(random);
        int from = random.nextInt(other.length + 1);
        yield replaced(bytes, at, bytes.length - at, Arrays.copyOfRange(other, from, other.length));
      }
    };
  }

  private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + by.length);
    out.write(bytes, 0, at);
    out.write(by, 0, by.length);
    out.write(bytes, at + length, bytes.length - at - length);
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
