package io.hydra.schemas.redis;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes of one or more items of a history, as the value of one field of its hash. Version 1:
 * version byte, length of the rest before compression (int32), then of each item: length of its
 * event id (int32), id, length (int32) and bytes of {@link HistoryItemCodec}; compressed by
 * Zstandard unless it has that length. Big-endian, texts in UTF-8.
 *
 * <p>English of 300 bytes an item shrinks to a half in chunks of 16. An item alone stays as it is:
 * it is soon part of a larger chunk.
 */
public final class HistoryChunkCodec {
  public static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int LEVEL = 3;

  /** Far above what a writer puts together; no damaged length asks for more memory. */
  private static final int MAX_BYTES = 64 * 1024 * 1024;

  private HistoryChunkCodec() {}

  /**
   * One item of a chunk.
   *
   * @param bytes {@link HistoryItemCodec}'s
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Item(String eventId, byte[] bytes) {}

  public static byte[] encode(List<Item> items) {
    List<byte[]> ids = new ArrayList<>(items.size());
    int length = 0;
    for (Item item : items) {
      byte[] id = item.eventId().getBytes(StandardCharsets.UTF_8);
      ids.add(id);
      length += 2 * Integer.BYTES + id.length + item.bytes().length;
    }
    ByteBuffer plain = ByteBuffer.allocate(length);
    for (int i = 0; i < ids.size(); i++) {
      byte[] bytes = items.get(i).bytes();
      plain.putInt(ids.get(i).length).put(ids.get(i)).putInt(bytes.length).put(bytes);
    }
    byte[] rest = plain.array();
    if (items.size() > 1) {
      byte[] compressed = Zstd.compress(rest, LEVEL);
      rest = compressed.length < length ? compressed : rest;
    }
    return ByteBuffer.allocate(HEADER_BYTES + rest.length)
        .put(VERSION)
        .putInt(length)
        .put(rest)
        .array();
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or damaged
   */
  public static List<Item> decode(byte[] chunk) {
    int length = plainBytes(chunk);
    byte[] rest = Arrays.copyOfRange(chunk, HEADER_BYTES, chunk.length);
    try {
      ByteBuffer plain =
          ByteBuffer.wrap(rest.length == length ? rest : Zstd.decompress(rest, length));
      if (plain.capacity() != length) {
        throw damaged(null);
      }
      List<Item> items = new ArrayList<>();
      while (plain.hasRemaining()) {
        String id = new String(next(plain), StandardCharsets.UTF_8);
        items.add(new Item(id, next(plain)));
      }
      return items;
    } catch (ZstdException | BufferUnderflowException e) {
      throw damaged(e);
    }
  }

  private static byte[] next(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw damaged(null);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /**
   * The bytes that decoding takes, without doing it.
   *
   * @throws CorruptValueException if the chunk is of an unknown version or damaged
   */
  public static int plainBytes(byte[] chunk) {
    if (chunk.length < HEADER_BYTES) {
      throw damaged(null);
    }
    ByteBuffer in = ByteBuffer.wrap(chunk);
    byte version = in.get();
    if (version != VERSION) {
      throw new CorruptValueException(
          "a chunk of a history has format version %d, this program reads %d: upgrade it, or replay the events"
              .formatted(version, VERSION));
    }
    int length = in.getInt();
    if (length < 0 || length > MAX_BYTES) {
      throw damaged(null);
    }
    return length;
  }

  private static CorruptValueException damaged(Throwable cause) {
    return new CorruptValueException(
        "a chunk of a history is damaged: rebuild from the events", cause);
  }
}
