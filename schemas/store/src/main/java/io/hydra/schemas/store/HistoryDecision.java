package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries out {@link HistoryLimits#keep} for one history, event by event: tells what each does, and
 * collects what they change together.
 *
 * <p>An event whose id is there with the same time is taken for a repetition if its item was not
 * read; whoever makes the change compares it ({@link #assumed}), and decides again with the item at
 * hand if it differs.
 */
final class HistoryDecision {
  private final HistoryLimits limits;
  private final KnownHistory before;
  private final List<Outcome> outcomes;

  /** By event id: the item to store, or null to remove what is stored. */
  private final Map<String, byte[]> changes = new LinkedHashMap<>();

  private final Map<String, byte[]> assumed = new HashMap<>();
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
      index = index.with(place, idBytes, occurredAt);
      changes.put(id, write.item());
      trim();
      return changes.get(id) == null ? Effect.TOO_OLD : Effect.ENTERED;
    }
    long known = index.occurredAt(place);
    if (occurredAt < known
        || (occurredAt == known && Arrays.compareUnsigned(write.item(), item(write, items)) <= 0)) {
      return Effect.REPEATED;
    }
    index = index.without(place).with(place, idBytes, occurredAt);
    changes.put(id, write.item());
    trim();
    return Effect.REPLACED;
  }

  /** The stored item of a write's id. */
  private byte[] item(Write write, Map<String, byte[]> items) {
    byte[] changed = changes.get(write.eventId());
    byte[] stored = changed == null ? items.get(write.eventId()) : changed;
    return stored == null ? assumed.computeIfAbsent(write.eventId(), id -> write.item()) : stored;
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
      remove(index.id(oldest));
      index = index.without(oldest);
    }
  }

  private void remove(byte[] id) {
    String text = new String(id, UTF_8);
    if (!before.index().contains(id)) {
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

  /** Items that must be stored just so, by event id, for the change to be right. */
  Map<String, byte[]> assumed() {
    return assumed;
  }

  /** By event id: the item to store, or null to remove what is stored. */
  Map<String, byte[]> changes() {
    return changes;
  }

  /** Tells whether anything is to be stored or removed. */
  boolean isChange() {
    return !changes.isEmpty() || (before.incomplete() && index.count() > 0);
  }

  long version() {
    return version;
  }

  HistoryIndex index() {
    return index;
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
        index);
  }
}
