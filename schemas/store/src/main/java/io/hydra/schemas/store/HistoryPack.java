package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import io.hydra.schemas.redis.CorruptValueException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;

/**
 * Items of a history, compressed together as the value of one field: one by one they take Redis two
 * and a half times as much. A pack is never changed, only made again; what has left the history
 * since, or lies beside the pack in another form, is listed in a second field.
 *
 * <p>Version 1 of a pack, big-endian: version byte; occurred_at of its oldest and its newest item
 * (int64 each), number of items, bytes when inflated (int32 each); a Zstandard frame. That holds
 * the lengths of the ids (uint16 each), the lengths of the items (int32 each), the ids in UTF-8,
 * the items' first {@value #HEAD_BYTES} bytes, the first of each, then the second of each, and so
 * on, since they are alike, and the rest of each item. The list is the number of ids (int32), then
 * each one's length (uint16) and UTF-8.
 */
final class HistoryPack {
  static final byte[] FIELD = Layout.utf8("m:pack");
  static final byte[] GONE_FIELD = Layout.utf8("m:gone");

  /** The list when nothing has left: Redis holds none then. */
  static final byte[] NONE_GONE = {1, 0, 0, 0, 0};

  /** Larger ones are not made: each is read and made again whole. */
  static final int MOST_BYTES = 1024 * 1024;

  private static final byte VERSION = 1;
  private static final int LEVEL = 3;
  private static final int HEADER_BYTES = 1 + 2 * Long.BYTES + 2 * Integer.BYTES;
  private static final int TIME_AT = 1;
  private static final int COUNT_AT = TIME_AT + 2 * Long.BYTES;
  private static final int BYTES_AT = COUNT_AT + Integer.BYTES;

  /** Of an item: format version, time and length of the input. */
  private static final int HEAD_BYTES = 1 + Long.BYTES + Integer.BYTES;

  private HistoryPack() {}

  /** Bytes of a pack's content, as its header tells them; 0 of one that is cut short. */
  static int inflatedBytes(byte[] pack) {
    return pack.length < HEADER_BYTES ? 0 : Math.max(0, ByteBuffer.wrap(pack).getInt(BYTES_AT));
  }

  /** Bytes of the content that a pack of these would have. */
  static int inflatedBytes(Map<String, byte[]> items) {
    int bytes = 0;
    for (Map.Entry<String, byte[]> item : items.entrySet()) {
      bytes +=
          Short.BYTES
              + Integer.BYTES
              + item.getKey().getBytes(UTF_8).length
              + item.getValue().length;
    }
    return bytes;
  }

  /**
   * Packs at least one item.
   *
   * @param items by event id, whose {@link #inflatedBytes} are at most {@link #MOST_BYTES}
   */
  static byte[] encode(Map<String, byte[]> items) {
    List<byte[]> ids = items.keySet().stream().map(id -> id.getBytes(UTF_8)).toList();
    Collection<byte[]> values = items.values();
    ByteBuffer content = ByteBuffer.allocate(inflatedBytes(items));
    ids.forEach(id -> content.putShort((short) id.length));
    values.forEach(item -> content.putInt(item.length));
    ids.forEach(content::put);
    for (int i = 0; i < HEAD_BYTES; i++) {
      for (byte[] item : values) {
        content.put(item[i]);
      }
    }
    values.forEach(item -> content.put(item, HEAD_BYTES, item.length - HEAD_BYTES));
    byte[] frame = compress(content.array());
    return ByteBuffer.allocate(HEADER_BYTES + frame.length)
        .put(VERSION)
        .putLong(values.stream().mapToLong(HistoryPack::time).min().orElseThrow())
        .putLong(values.stream().mapToLong(HistoryPack::time).max().orElseThrow())
        .putInt(ids.size())
        .putInt(content.capacity())
        .put(frame)
        .array();
  }

  private static byte[] compress(byte[] content) {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      return context.setLevel(LEVEL).setChecksum(true).compress(content);
    }
  }

  private static long time(byte[] item) {
    return ByteBuffer.wrap(item).getLong(1);
  }

  /**
   * The items by event id, as they were packed.
   *
   * @throws CorruptValueException if it is of another version or damaged
   */
  static Map<String, byte[]> decode(byte[] pack) {
    ByteBuffer header = ByteBuffer.wrap(pack);
    if (pack.length < HEADER_BYTES || header.get() != VERSION) {
      throw new CorruptValueException(
          "a pack of history items is cut short or of another version than %d: upgrade this program, or replay the events"
              .formatted(VERSION));
    }
    try {
      Map<String, byte[]> items =
          items(header.getInt(COUNT_AT), inflate(pack, header.getInt(BYTES_AT)));
      LongSummaryStatistics times =
          items.values().stream().mapToLong(HistoryPack::time).summaryStatistics();
      if (items.size() != header.getInt(COUNT_AT)
          || times.getMin() != header.getLong(TIME_AT)
          || times.getMax() != header.getLong(TIME_AT + Long.BYTES)) {
        throw new IllegalArgumentException("a pack's header");
      }
      return items;
    } catch (ZstdException
        | BufferUnderflowException
        | BufferOverflowException
        | IllegalArgumentException
        | NegativeArraySizeException e) {
      throw new CorruptValueException("a pack of history items is damaged: replay the events", e);
    }
  }

  private static ByteBuffer inflate(byte[] pack, int bytes) {
    if (bytes < 0 || bytes > MOST_BYTES) {
      throw new IllegalArgumentException("a pack's size");
    }
    byte[] content = new byte[bytes];
    long inflated =
        Zstd.decompressByteArray(content, 0, bytes, pack, HEADER_BYTES, pack.length - HEADER_BYTES);
    if (inflated != bytes) {
      throw new IllegalArgumentException("a pack's content");
    }
    return ByteBuffer.wrap(content);
  }

  private static Map<String, byte[]> items(int count, ByteBuffer content) {
    if (count < 1 || count > content.capacity() / HEAD_BYTES) {
      throw new IllegalArgumentException("a pack's number of items");
    }
    int left = content.capacity() - count * (Short.BYTES + Integer.BYTES);
    byte[][] ids = new byte[count][];
    for (int i = 0; i < count; i++) {
      ids[i] = new byte[Math.min(left, Short.toUnsignedInt(content.getShort()))];
      left -= ids[i].length;
    }
    byte[][] items = new byte[count][];
    for (int i = 0; i < count; i++) {
      int length = content.getInt();
      if (length < HEAD_BYTES || length > left) {
        throw new IllegalArgumentException("the size of a pack's item");
      }
      items[i] = new byte[length];
      left -= length;
    }
    for (byte[] id : ids) {
      content.get(id);
    }
    for (int i = 0; i < HEAD_BYTES; i++) {
      for (byte[] item : items) {
        item[i] = content.get();
      }
    }
    Map<String, byte[]> byId = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      content.get(items[i], HEAD_BYTES, items[i].length - HEAD_BYTES);
      byId.put(new String(ids[i], UTF_8), items[i]);
    }
    return byId;
  }

  /** A list of ids with others added. */
  static byte[] withGone(byte[] list, Collection<String> ids) {
    List<byte[]> added = ids.stream().map(id -> id.getBytes(UTF_8)).toList();
    int bytes = added.stream().mapToInt(id -> Short.BYTES + id.length).sum();
    ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(list, list.length + bytes));
    longer.putInt(1, longer.getInt(1) + added.size()).position(list.length);
    added.forEach(id -> longer.putShort((short) id.length).put(id));
    return longer.array();
  }

  /**
   * @throws CorruptValueException if it is damaged
   */
  static List<String> decodeGone(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      List<String> ids = new ArrayList<>();
      if (in.get() != VERSION) {
        throw new BufferUnderflowException();
      }
      for (int left = in.getInt(); left > 0; left--) {
        byte[] id = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(id);
        ids.add(new String(id, UTF_8));
      }
      return ids;
    } catch (BufferUnderflowException e) {
      throw new CorruptValueException(
          "the list of what has left a pack of history items is damaged or of another version than %d: upgrade this program, or replay the events"
              .formatted(VERSION),
          e);
    }
  }
}
