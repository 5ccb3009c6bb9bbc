package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryItemCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A writer's knowledge of a history in Redis, without its texts. It may be out of date at any time:
 * a change that is decided on it is made only if erasure, version and stamp are still these.
 *
 * @param erased the user's last erasure as Redis holds it; null if there was none
 * @param erasedUpTo the same in ms; 0 if there was none
 * @param version 0 if Redis holds none
 * @param stamp of the last change, which no two share; null if Redis holds none
 * @param incomplete whether Redis lacks some of this, or has more, as an earlier version left it
 * @param gone ids in the pack that are no longer part of the history, as a list; null without a
 *     pack
 * @param unpackable whether it was found to be too large to be packed, or damaged
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record KnownHistory(
    byte[] erased,
    long erasedUpTo,
    long version,
    byte[] stamp,
    boolean incomplete,
    HistoryIndex index,
    byte[] gone,
    boolean unpackable) {

  /** Of the objects themselves, beside the index's entries. */
  private static final int OWN_BYTES = 400;

  /** Items that packing an item may cost. */
  private static final int MOST_REPACKED = 6;

  /** Memory that it takes; the user's id is held as text and as a record's key. */
  static long bytes(HistoryId id, KnownHistory known) {
    int gone = known.gone == null ? 0 : known.gone.length;
    return OWN_BYTES + known.index.bytes() + gone + 4L * id.user().recordKey().length();
  }

  /**
   * The history as Redis holds it.
   *
   * @throws CorruptValueException if a number cannot be read, or an item cannot be read
   */
  static KnownHistory of(byte[] erased, HistoryHash hash) {
    List<HistoryIndex.Entry> entries = new ArrayList<>(hash.own().size() + hash.packed().size());
    add(entries, hash.own(), false);
    add(entries, hash.packed(), true);
    long erasedUpTo = UserKeys.Fields.requireErasedUpTo(erased);
    boolean complete = hash.version() != null && hash.stamp() != null && !hash.isEarlier();
    return new KnownHistory(
        erased,
        erasedUpTo,
        hash.versionNumber(),
        hash.stamp(),
        !entries.isEmpty() && !complete,
        HistoryIndex.of(entries),
        hash.gone(),
        false);
  }

  /** The same once all its items are in a pack. */
  KnownHistory packed(byte[] newStamp) {
    return new KnownHistory(
        erased, erasedUpTo, version, newStamp, false, index.packed(), HistoryPack.NONE_GONE, false);
  }

  /** The same, not to be packed. */
  KnownHistory left() {
    return new KnownHistory(erased, erasedUpTo, version, stamp, incomplete, index, gone, true);
  }

  /**
   * Tells whether it has so many items of their own that packing is worth its cost, which grows
   * with all items.
   */
  boolean isToPack(int atLeast) {
    return canBePacked() && index.own() >= Math.max(atLeast, index.count() / MOST_REPACKED);
  }

  /** Tells whether it has items of their own, and nothing is known against packing them. */
  boolean canBePacked() {
    return !unpackable && index.own() > 0;
  }

  private static void add(
      List<HistoryIndex.Entry> entries, Map<String, byte[]> items, boolean packed) {
    items.forEach(
        (id, item) ->
            entries.add(
                new HistoryIndex.Entry(
                    id.getBytes(UTF_8),
                    HistoryItemCodec.occurredAt(item),
                    HistoryIndex.digest(item),
                    packed)));
  }
}
