package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryItemCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A writer's knowledge of a history in Redis, without its texts. It is wrong if another writer has
 * been there, if Redis lost something, and, as a decision changes it before Redis does, if its
 * change was not made. A change that is decided on it is made only if its {@link Basis} is what
 * Redis holds, and so only if it is right. Not thread-safe.
 */
final class KnownHistory {
  /** Of the objects themselves, beside the index's entries. */
  private static final int OWN_BYTES = 400;

  /** A change of size that is not worth a look-up. */
  private static final int STEP_BYTES = 512;

  /** Items that packing an item may cost. */
  private static final int MOST_REPACKED = 6;

  /** The user's last erasure in ms; 0 if there was none. */
  final long erasedUpTo;

  /** The items, for a decision to change. */
  final HistoryIndex index;

  Basis basis;

  /** Ids in the pack that are no longer part of the history, as a list; null without a pack. */
  byte[] gone;

  /** True once it was found to be too large to be packed, or damaged. */
  boolean unpackable;

  /** The queue of those to be packed that it is known to be in; null for none. */
  Set<HistoryId> waitsIn;

  /**
   * The part of it that Redis compares before it makes a change.
   *
   * @param erased the user's last erasure as Redis holds it; null if there was none
   * @param version 0 if Redis holds none
   * @param stamp of the last change, which no two share; null if Redis holds none
   * @param incomplete whether Redis lacks some of this, or has more, as an earlier version left it
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Basis(byte[] erased, long version, byte[] stamp, boolean incomplete) {}

  /**
   * The history as Redis holds it.
   *
   * @throws CorruptValueException if a number cannot be read, or an item cannot be read
   */
  KnownHistory(byte[] erased, HistoryHash hash) {
    List<HistoryIndex.Entry> entries = new ArrayList<>(hash.own().size() + hash.packed().size());
    add(entries, hash.own(), false);
    add(entries, hash.packed(), true);
    boolean complete = hash.version() != null && hash.stamp() != null && !hash.isEarlier();
    erasedUpTo = UserKeys.Fields.requireErasedUpTo(erased);
    index = new HistoryIndex(entries);
    gone = hash.gone();
    basis = new Basis(erased, hash.versionNumber(), hash.stamp(), !entries.isEmpty() && !complete);
  }

  /** Memory that it takes, rounded; the user's id is held as text and as a record's key. */
  static long bytes(HistoryId id, KnownHistory known) {
    int bytes = known.index.bytes() + (known.gone == null ? 0 : known.gone.length);
    return OWN_BYTES + (bytes + STEP_BYTES / 2 & -STEP_BYTES) + 4L * id.user().recordKey().length();
  }

  /** Notes a change. */
  void change(long version, byte[] stamp, byte[] nowGone) {
    basis = new Basis(basis.erased(), version, stamp, false);
    gone = nowGone;
  }

  /** Notes that all its items are in a pack. */
  void pack(byte[] stamp) {
    change(basis.version(), stamp, HistoryPack.NONE_GONE);
    index.packAll();
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
