package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries out {@link HistoryLimits#keep} for one history, event by event: changes what is known of
 * it as if Redis had followed already, tells what each event does, and collects what they change
 * together.
 *
 * <p>An event whose id is there with the same time is a repetition if the digest of its item is the
 * stored one's. If it is not, the greater of the two stands, and to tell takes the stored item:
 * then this is {@link #isUndecided} unless it was given.
 */
final class HistoryDecision {
  private final HistoryLimits limits;
  private final KnownHistory history;
  private final HistoryIndex index;
  private final KnownHistory.Basis basis;
  private final List<Outcome> outcomes;
  private final Map<String, Change> changes = new HashMap<>();

  /** Ids that leave the pack. */
  private final List<String> gone = new ArrayList<>(0);

  private final boolean isChange;

  /** True if there was a pack of which no item is left. */
  private final boolean emptiesPack;

  private boolean undecided;
  private long version;

  /**
   * A change to the field of an event.
   *
   * @param item to store; null to remove what is stored
   * @param stored whether the field is there before the change
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  private record Change(byte[] item, boolean stored) {}

  /**
   * @param history to be changed
   * @param items stored ones by event id, to compare others with; any may be missing
   * @param stamp of the change, if there is one; never the same again
   */
  HistoryDecision(
      HistoryLimits limits,
      KnownHistory history,
      Map<String, byte[]> items,
      List<Write> writes,
      byte[] stamp) {
    this.limits = limits;
    this.history = history;
    this.index = history.index;
    this.basis = history.basis;
    // Without one, the items are counted again, as after a rebuild.
    this.version = basis.version() == 0 ? index.count() : basis.version();
    trim(); // The limits may not be those that the history was written by.
    outcomes = new ArrayList<>(writes.size());
    for (Write write : writes) {
      Effect effect = apply(write, items);
      if (effect == Effect.ENTERED) {
        version++;
      }
      outcomes.add(new Outcome(version, effect));
    }
    isChange = !changes.isEmpty() || !gone.isEmpty() || (basis.incomplete() && index.count() > 0);
    emptiesPack = history.gone != null && index.own() == index.count();
    history.change(
        version,
        isChange ? stamp : basis.stamp(),
        emptiesPack
            ? null
            : gone.isEmpty() ? history.gone : HistoryPack.withGone(history.gone, gone));
  }

  private Effect apply(Write write, Map<String, byte[]> items) {
    long occurredAt = write.occurredAt();
    if (occurredAt <= history.erasedUpTo) {
      return Effect.ERASED;
    }
    String id = write.eventId();
    byte[] idBytes = id.getBytes(UTF_8);
    int place = index.placeOf(idBytes);
    if (!index.isAt(place, idBytes)) {
      enter(place, write, idBytes, false);
      return newItem(id) == null ? Effect.TOO_OLD : Effect.ENTERED;
    }
    long known = index.occurredAt(place);
    if (occurredAt < known || (occurredAt == known && !isGreater(write, place, items))) {
      return Effect.REPEATED;
    }
    boolean packed = index.isPacked(place);
    if (packed) {
      gone.add(id);
    }
    index.remove(place);
    enter(place, write, idBytes, !packed);
    return Effect.REPLACED;
  }

  /**
   * @param stored whether its field is there, unless this decision has changed that
   */
  private void enter(int place, Write write, byte[] id, boolean stored) {
    byte[] item = write.item();
    index.insert(
        place, new HistoryIndex.Entry(id, write.occurredAt(), HistoryIndex.digest(item), false));
    change(write.eventId(), item, stored);
    trim();
  }

  private void change(String id, byte[] item, boolean stored) {
    changes.compute(
        id,
        (key, before) -> {
          boolean there = before == null ? stored : before.stored();
          return item == null && !there ? null : new Change(item, there);
        });
  }

  /** The item that is to be stored of an event; null if none is. */
  private byte[] newItem(String id) {
    Change change = changes.get(id);
    return change == null ? null : change.item();
  }

  /** Compares the item with that of its id, whose time is the same. */
  private boolean isGreater(Write write, int place, Map<String, byte[]> items) {
    byte[] changed = newItem(write.eventId());
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
      String id = new String(index.id(oldest), UTF_8);
      if (index.isPacked(oldest)) {
        gone.add(id);
      } else {
        change(id, null, true);
      }
      index.remove(oldest);
    }
  }

  /** One for each write, in order, if the change is made. */
  List<Outcome> outcomes() {
    return outcomes;
  }

  /** Tells whether the stored items must be read before this can be decided. */
  boolean isUndecided() {
    return undecided;
  }

  /** The change that Redis is to make, without its expiry. */
  HistoryChange change(HistoryId id, View view) {
    HistoryChange change = new HistoryChange(id, view, basis);
    changes.forEach(
        (event, field) -> {
          if (field.item() == null) {
            change.remove(History.field(event));
          } else {
            change.set(History.field(event), field.item());
          }
        });
    if (emptiesPack) {
      change.remove(HistoryPack.FIELD).remove(HistoryPack.GONE_FIELD);
    } else if (!gone.isEmpty()) {
      change.set(HistoryPack.GONE_FIELD, history.gone);
    }
    if (isChange) {
      change.set(HistoryHash.STAMP, history.basis.stamp());
    }
    if (version != basis.version()) {
      change.set(HistoryHash.VERSION, Layout.ascii(version));
    }
    return change;
  }
}
