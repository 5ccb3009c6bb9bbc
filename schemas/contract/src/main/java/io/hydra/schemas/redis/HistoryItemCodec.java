package io.hydra.schemas.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of a {@link HistoryItem} as a hash field's value. Version 1: version byte, occurredAt
 * (int64), input length (int32), input, output (to the end), all big-endian, texts in UTF-8. The
 * event id is the field's name.
 */
public final class HistoryItemCodec {
  public static final byte VERSION = 1;
  private static final int INPUT_LENGTH_AT = 1 + Long.BYTES;
  private static final int FIXED_BYTES = 1 + Long.BYTES + Integer.BYTES;

  private HistoryItemCodec() {}

  public static byte[] encode(HistoryItem item) {
    byte[] input = item.input().getBytes(StandardCharsets.UTF_8);
    byte[] output = item.output().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + input.length + output.length)
        .put(VERSION)
        .putLong(item.occurredAt())
        .putInt(input.length)
        .put(input)
        .put(output)
        .array();
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or cut short
   */
  public static HistoryItem decode(String eventId, byte[] bytes) {
    long occurredAt = occurredAt(bytes);
    int inputLength = ByteBuffer.wrap(bytes).getInt(INPUT_LENGTH_AT);
    String input = new String(bytes, FIXED_BYTES, inputLength, StandardCharsets.UTF_8);
    int outputAt = FIXED_BYTES + inputLength;
    String output = new String(bytes, outputAt, bytes.length - outputAt, StandardCharsets.UTF_8);
    return new HistoryItem(eventId, occurredAt, input, output);
  }

  /**
   * The time alone, without making anything of the texts.
   *
   * @throws CorruptValueException if the bytes are of an unknown version or cut short
   */
  public static long occurredAt(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length > 0 && bytes[0] != VERSION) {
      throw new CorruptValueException(
          "a history item has format version %d, this program reads %d: upgrade it, or replay the events"
              .formatted(bytes[0], VERSION));
    }
    if (bytes.length < FIXED_BYTES
        || in.getInt(INPUT_LENGTH_AT) < 0
        || in.getInt(INPUT_LENGTH_AT) > bytes.length - FIXED_BYTES) {
      throw new CorruptValueException("a history item is cut short: replay the events");
    }
    return in.getLong(1);
  }
}
