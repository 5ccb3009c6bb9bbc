package io.hydra.schemas.redis;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of a {@link HistoryItem} as a hash field's value. Version 1: version byte, occurredAt
 * (int64), input length (int32), input, output (to the end), all big-endian, texts in UTF-8. The
 * event id is the field's name.
 */
public final class HistoryItemCodec {
  public static final byte VERSION = 1;
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
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new CorruptValueException(
            "a history item has format version %d, this program reads %d: upgrade it, or replay the events"
                .formatted(version, VERSION));
      }
      long occurredAt = in.getLong();
      int inputLength = in.getInt();
      if (inputLength < 0 || inputLength > in.remaining()) {
        throw new CorruptValueException("a history item is cut short: replay the events");
      }
      String input = new String(bytes, in.position(), inputLength, StandardCharsets.UTF_8);
      int outputAt = in.position() + inputLength;
      String output = new String(bytes, outputAt, bytes.length - outputAt, StandardCharsets.UTF_8);
      return new HistoryItem(eventId, occurredAt, input, output);
    } catch (BufferUnderflowException e) {
      throw new CorruptValueException("a history item is cut short: replay the events", e);
    }
  }
}
