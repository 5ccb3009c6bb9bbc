package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItemCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A writer's knowledge of a history in Redis, without its texts. It may be out of date at any time:
 * a change that is decided on it is made only if erasure, version and stamp are still these.
 *
 * @param erased the user's last erasure as Redis holds it; null if there was none
 * @param erasedUpTo the same in ms; 0 if there was none
 * @param version 0 if Redis holds none
 * @param stamp of the last change, which no two share; null if Redis holds none
 * @param incomplete whether Redis lacks some of this, as an earlier version or an erasure left it
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record KnownHistory(
    byte[] erased,
    long erasedUpTo,
    long version,
    byte[] stamp,
    boolean incomplete,
    HistoryIndex index) {
  static final byte[] VERSION = Layout.utf8(History.VERSION_FIELD);
  static final byte[] STAMP = Layout.utf8("m:stamp");

  /** {@link HistoryIndex#times}. */
  static final byte[] TIMES = Layout.utf8("m:times");

  private static final byte[] ITEM = Layout.utf8(History.ITEM_PREFIX);

  /** Of the objects themselves, beside the index's entries. */
  private static final int OWN_BYTES = 400;

  /** Memory that it takes; the user's id is held as text and as a record's key. */
  static long bytes(HistoryId id, KnownHistory known) {
    return OWN_BYTES + known.index.bytes() + 4L * id.user().recordKey().length();
  }

  /**
   * The history as Redis holds it.
   *
   * @param fields of the whole history
   * @param version null if there is none, like stamp and times
   * @return empty if the times are not those of the fields
   * @throws CorruptValueException if a number is none
   */
  static Optional<KnownHistory> of(
      byte[] erased, Collection<byte[]> fields, byte[] version, byte[] stamp, byte[] times) {
    if (fields.isEmpty()) {
      return Optional.of(of(erased, null, null, false, HistoryIndex.EMPTY));
    }
    byte[][] ids = fields.stream().flatMap(field -> id(field).stream()).toArray(byte[][]::new);
    return times == null || version == null || stamp == null
        ? Optional.empty()
        : HistoryIndex.of(ids, times).map(index -> of(erased, version, stamp, false, index));
  }

  /**
   * The same from the items themselves.
   *
   * @throws CorruptValueException if a number is none, or an item cannot be read
   */
  static KnownHistory of(byte[] erased, Map<byte[], byte[]> hash) {
    List<HistoryIndex.Entry> entries = new ArrayList<>(hash.size());
    hash.forEach(
        (field, item) ->
            id(field)
                .ifPresent(
                    id ->
                        entries.add(
                            new HistoryIndex.Entry(
                                id, HistoryItemCodec.decode("", item).occurredAt()))));
    return of(erased, hash.get(VERSION), hash.get(STAMP), true, HistoryIndex.of(entries));
  }

  private static KnownHistory of(
      byte[] erased, byte[] version, byte[] stamp, boolean incomplete, HistoryIndex index) {
    long erasedUpTo =
        UserKeys.Fields.erasedUpTo(erased)
            .orElseThrow(
                () -> new CorruptValueException("the moment of a user's erasure is no number"));
    return new KnownHistory(
        erased, erasedUpTo, version == null ? 0 : version(version), stamp, incomplete, index);
  }

  /** The id of an item's field, in UTF-8; empty for another field. */
  private static Optional<byte[]> id(byte[] field) {
    return Arrays.mismatch(field, ITEM) == ITEM.length
        ? Optional.of(Arrays.copyOfRange(field, ITEM.length, field.length))
        : Optional.empty();
  }

  private static long version(byte[] value) {
    String text = new String(value, StandardCharsets.US_ASCII);
    try {
      long version = Long.parseLong(text);
      if (version > 0 && Long.toString(version).equals(text)) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new CorruptValueException("a history's version is no number");
  }
}
