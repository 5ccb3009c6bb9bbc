package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A user's rolling history of one task as one {@code HGETALL} returns it. Each item is either under
 * a field of its own or in the pack and not gone from it:
 *
 * <ul>
 *   <li>{@code e:<event id>}: one item, {@link HistoryItemCodec}
 *   <li>{@code m:pack}, {@code m:gone}: older items, {@link HistoryPack}; absent if there is none
 *   <li>{@code m:version}: counts the distinct inserts so far
 *   <li>{@code m:stamp}: never the same twice, changes with all but an erasure, which raises the
 *       version, or takes the stamp
 * </ul>
 */
public final class HistoryHash {
  static final byte[] VERSION = Layout.utf8(History.VERSION_FIELD);
  static final byte[] STAMP = Layout.utf8("m:stamp");

  /** Fields of earlier versions, which are no longer read. */
  static final List<byte[]> EARLIER_FIELDS = List.of(Layout.utf8("m:times"), Layout.utf8("m:ttl"));

  private final Map<String, byte[]> own = new HashMap<>();
  private Map<String, byte[]> packed = new LinkedHashMap<>();

  /** Null without a pack. */
  private byte[] gone;

  /** Null without one. */
  private byte[] version;

  private byte[] stamp;
  private boolean earlier;

  /**
   * @param hash the whole hash; empty for a user never seen
   * @throws CorruptValueException if the pack cannot be read
   */
  public HistoryHash(Map<byte[], byte[]> hash) {
    Map<String, byte[]> marks = new HashMap<>();
    hash.forEach(
        (name, value) -> {
          String field = new String(name, UTF_8);
          if (field.startsWith(History.ITEM_PREFIX)) {
            own.put(field.substring(History.ITEM_PREFIX.length()), value);
          } else {
            marks.put(field, value);
          }
        });
    version = marks.get(History.VERSION_FIELD);
    stamp = marks.get(text(STAMP));
    earlier = EARLIER_FIELDS.stream().anyMatch(field -> marks.containsKey(text(field)));
    byte[] pack = marks.get(text(HistoryPack.FIELD));
    if (pack != null) {
      byte[] list = marks.get(text(HistoryPack.GONE_FIELD));
      gone = list == null ? HistoryPack.NONE_GONE : list;
      packed = HistoryPack.decode(pack);
      HistoryPack.decodeGone(gone).forEach(packed::remove);
      // As an earlier version leaves it, which does not see the pack: what it wrote stands.
      List<String> doubled = own.keySet().stream().filter(packed::containsKey).toList();
      packed.keySet().removeAll(doubled);
      gone = HistoryPack.withGone(gone, doubled);
    }
  }

  /** The same as if the history had no pack. */
  static HistoryHash withoutPack(Map<byte[], byte[]> hash) {
    Map<byte[], byte[]> rest = new IdentityHashMap<>(hash);
    rest.keySet().removeIf(field -> Arrays.equals(field, HistoryPack.FIELD));
    return new HistoryHash(rest);
  }

  /** The value of a field; null if it is not there. */
  static byte[] value(Map<byte[], byte[]> hash, byte[] field) {
    return hash.entrySet().stream()
        .filter(entry -> Arrays.equals(entry.getKey(), field))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static String text(byte[] field) {
    return new String(field, UTF_8);
  }

  /** Under fields of their own, by event id. */
  Map<String, byte[]> own() {
    return own;
  }

  /** In the pack, by event id. */
  Map<String, byte[]> packed() {
    return packed;
  }

  /**
   * Ids in the pack that are no longer part of the history, as a list; null if there is no pack.
   */
  byte[] gone() {
    return gone;
  }

  /** Null if there is none. */
  byte[] version() {
    return version;
  }

  /** Null if there is none. */
  byte[] stamp() {
    return stamp;
  }

  /** Tells whether an earlier version has written here, and none since. */
  boolean isEarlier() {
    return earlier;
  }

  /** Of all items, {@link HistoryItemCodec}'s bytes by event id. */
  public Map<String, byte[]> items() {
    Map<String, byte[]> items = new HashMap<>(packed);
    items.putAll(own);
    return items;
  }

  /**
   * The history, decoded; {@link History#EMPTY} for a user never seen.
   *
   * @throws CorruptValueException if a value cannot be read
   */
  public History history() {
    List<HistoryItem> items = new ArrayList<>(own.size() + packed.size());
    own.forEach((id, item) -> items.add(HistoryItemCodec.decode(id, item)));
    packed.forEach((id, item) -> items.add(HistoryItemCodec.decode(id, item)));
    items.sort(HistoryItem.OLDEST_FIRST);
    return new History(versionNumber(), items);
  }

  /**
   * The version; 0 if there is none.
   *
   * @throws CorruptValueException if it is not a version
   */
  long versionNumber() {
    if (version == null) {
      return 0;
    }
    String text = new String(version, US_ASCII);
    try {
      long number = Long.parseLong(text);
      // Whoever changes the history compares it in this form.
      if (number > 0 && Long.toString(number).equals(text)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new CorruptValueException("a history's version is not a positive whole number");
  }
}
