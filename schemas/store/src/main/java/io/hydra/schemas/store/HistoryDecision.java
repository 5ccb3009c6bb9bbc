package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries out {@link HistoryLimits#keep} for one history, event by event: tells what each does, and
 * collects what they change together.
 *
 * <p>An event whose id is there with the same time is a repetition if the digest of its item is the
 * stored one's. If it is not, the greater of the two stands, and to tell takes the stored item:
 * then this is {@link #isUndecided} unless it was given.
 */
final class HistoryDecision {
  private final HistoryLimits limits;
  private final KnownHistory before;
  private final List<Outcome> outcomes;

  /** By event id: the item to store, or null to remove what is stored. */
  private final Map<String, byte[]> changes = new LinkedHashMap<>();

  private final Set<String> gone = new LinkedHashSet<>();
  private final byte[] goneAfter;
  private boolean undecided;
  private HistoryIndex index;
  private long version;

  /**
   * @param items stored ones by event id, to compare others with; any may be missing
   */
  HistoryDecision(
      HistoryLimits limits, KnownHistory before, Map<String, byte[]> items, List<Write> writes) {
    this.limits = limits;
    this.before = before;
    this.index = before.index();
    // Without one, the items are counted again, as after a rebuild.
    this.version = before.version() == 0 ? index.count() : before.version();
    trim(); // The limits may not be those that the history was written by.
    outcomes = new ArrayList<>(writes.size());
    for (Write write : writes) {
      Effect effect = apply(write, items);
      if (effect == Effect.ENTERED) {
        version++;
      }
      outcomes.add(new Outcome(version, effect));
    }
    goneAfter =
        before.gone() == null || emptiesPack()
            ? null
            : gone.isEmpty() ? before.gone() : HistoryPack.withGone(before.gone(), gone);
  }

  private Effect apply(Write write, Map<String, byte[]> items) {
    String id = write.eventId();
    long occurredAt = write.occurredAt();
    if (occurredAt <= before.erasedUpTo()) {
      return Effect.ERASED;
    }
    byte[] idBytes = id.getBytes(UTF_8);
    int place = index.placeOf(idBytes);
    if (!index.isAt(place, idBytes)) {
      enter(place, write, idBytes);
      return changes.get(id) == null ? Effect.TOO_OLD : Effect.ENTERED;
    }
    long known = index.occurredAt(place);
    if (occurredAt < known || (occurredAt == known && !isGreater(write, place, items))) {
      return Effect.REPEATED;
    }
    if (index.isPacked(place)) {
      gone.add(id);
    }
    index = index.without(place);
    enter(place, write, idBytes);
    return Effect.REPLACED;
  }

  private void enter(int place, Write write, byte[] id) {
    byte[] item = write.item();
    index =
        index.with(
            place,
            new HistoryIndex.Entry(id, write.occurredAt(), HistoryIndex.digest(item), false));
    changes.put(write.eventId(), item);
    trim();
  }

  /** Compares the item with that of its id, whose time is the same. */
  private boolean isGreater(Write write, int place, Map<String, byte[]> items) {
    byte[] changed = changes.get(write.eventId());
    byte[] stored = changed == null ? items.get(write.eventId()) : changed;
    if (stored != null) {
      return Arrays.compareUnsigned(write.item(), stored) > 0;
    }
    undecided |= index.digest(place) != HistoryIndex.digest(write.item());
    return false;
  }

  private void trim() {
    long earliest =
        limits.maxAge().isZero() || index.count() == 0
            ? Long.MIN_VALUE
            : index.newest() - limits.maxAge().toMillis();
    while (index.count() > limits.capacity() || earliest > Long.MIN_VALUE) {
      int oldest = index.oldest();
      if (index.count() <= limits.capacity() && index.occurredAt(oldest) >= earliest) {
        break;
      }
      remove(oldest);
      index = index.without(oldest);
    }
  }

  private void remove(int place) {
    byte[] id = index.id(place);
    String text = new String(id, UTF_8);
    if (index.isPacked(place)) {
      gone.add(text);
    } else if (!before.index().contains(id)) {
      changes.remove(text);
    } else {
      changes.put(text, null);
    }
  }

  /** One for each write, in order, if the change is made. */
  List<Outcome> outcomes() {
    return outcomes;
  }

  KnownHistory before() {
    return before;
  }

  /** Tells whether the stored items must be read before this can be decided. */
  boolean isUndecided() {
    return undecided;
  }

  /** By event id: the item to store, or null to remove what is stored. */
  Map<String, byte[]> changes() {
    return changes;
  }

  /** Tells whether anything is to be stored or removed. */
  boolean isChange() {
    return !changes.isEmpty() || !gone.isEmpty() || (before.incomplete() && index.count() > 0);
  }

  long version() {
    return version;
  }

  HistoryIndex index() {
    return index;
  }

  /** Tells whether there was a pack of which no item is left. */
  boolean emptiesPack() {
    return before.gone() != null && index.own() == index.count();
  }

  /** Tells whether something has left the pack that stays. */
  boolean leavesPack() {
    return !gone.isEmpty() && !emptiesPack();
  }

  /** {@link KnownHistory#gone} after the change. */
  byte[] gone() {
    return goneAfter;
  }

  /**
   * The history after the change.
   *
   * @param stamp of the change, if there is one
   */
  KnownHistory after(byte[] stamp) {
    return new KnownHistory(
        before.erased(),
        before.erasedUpTo(),
        version,
        isChange() ? stamp : before.stamp(),
        false,
        index,
        gone(),
        before.unpackable());
  }
}
