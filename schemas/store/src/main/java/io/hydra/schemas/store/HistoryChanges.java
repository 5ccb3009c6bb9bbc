package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Decides what writes do to histories and has Redis do it, if all is still as it was decided on:
 * rule 2 of this package. One round trip for a batch whose histories are known; another one for
 * each {@value #READ_AT_ONCE} that are not, and one for each that is large. Not thread-safe.
 */
final class HistoryChanges {
  private static final byte[] LEAVE_EXPIRY = Layout.ascii(0);
  private static final byte[] LIFT_EXPIRY = Layout.ascii(-1);

  /** Histories read in one round trip. */
  private static final int READ_AT_ONCE = 64;

  /** Histories packed in two round trips, of at most 256 KiB each. */
  private static final int PACKED_AT_ONCE = 16;

  /** The fewest that are packed after a batch: mostly 1 ms, in which no event is written. */
  private static final int LEAST_PACKED = 4;

  /** Writes of a batch from which on only histories with very many items are packed. */
  private static final int MANY = 32;

  /** Very many: so many times the items from which a history is packed else. */
  private static final int VERY_MANY = 6;

  private final UnifiedJedis redis;
  private final Views.Writer view;
  private final HistoryLimits limits;
  private final RecentValues<HistoryId, KnownHistory> known;
  private final HistoryPacking packing;
  private final Bounds bounds;

  /** Histories with a few items beside their pack, those that were written first at the front. */
  private final Set<HistoryId> due = new LinkedHashSet<>();

  /** Others with very many, which are packed after many writes, too. */
  private final Set<HistoryId> overdue = new LinkedHashSet<>();

  /** Null for none. */
  private final byte[] expiry;

  private final SplittableRandom stamps = new SplittableRandom(new SecureRandom().nextLong());
  private View knownOf;

  /**
   * The bounds of what a writer holds in memory.
   *
   * @param knownBytes of what is known of histories
   * @param packedFrom items that lie beside a history's pack until they are packed, too
   * @param waiting histories that wait to be packed, and as many again that have very many items to
   *     be
   */
  record Bounds(long knownBytes, int packedFrom, int waiting) {}

  HistoryChanges(UnifiedJedis redis, Views.Writer view, HistoryLimits limits, Bounds bounds) {
    this.redis = redis;
    this.view = view;
    this.limits = limits;
    this.bounds = bounds;
    this.known = new RecentValues<>(bounds.knownBytes(), KnownHistory::bytes);
    this.packing = new HistoryPacking(redis, known, () -> HistoryChange.stamp(stamps.nextLong()));
    this.expiry = limits.ttl().isZero() ? null : Layout.ascii(limits.ttl().toMillis());
  }

  /** The writes of one history in a batch, and what became of them. */
  private static final class Part {
    final HistoryId id;
    final List<Write> writes = new ArrayList<>(1);
    KnownHistory history;
    HistoryDecision decision;
    boolean read;

    /** Of what was known before. */
    long bytes;

    /** Null as long as the writes are not made. */
    List<Outcome> outcomes;

    /** Outcomes that were handed out. */
    int told;

    Part(HistoryId id) {
      this.id = id;
    }

    void decide(KnownHistory known, Map<String, byte[]> items, HistoryLimits limits, byte[] stamp) {
      history = known;
      bytes = KnownHistory.bytes(id, known);
      decision = new HistoryDecision(limits, known, items, writes, stamp);
    }

    void refuse() {
      outcomes = Collections.nCopies(writes.size(), Outcome.REFUSED);
    }
  }

  /**
   * @param alongside adds commands to each round trip that changes something
   * @return one outcome for each write, in order
   */
  List<Outcome> make(List<Write> writes, Consumer<AbstractPipeline> alongside) {
    Map<HistoryId, Part> parts = new LinkedHashMap<>();
    Part[] partOf = new Part[writes.size()];
    for (int i = 0; i < partOf.length; i++) {
      Write write = writes.get(i);
      partOf[i] = parts.computeIfAbsent(new HistoryId(write.user(), write.task()), Part::new);
      partOf[i].writes.add(write);
    }
    List<Part> all = List.copyOf(parts.values());
    List<Part> open = all;
    while (!open.isEmpty()) {
      View used = view.get();
      if (!used.equals(knownOf)) {
        known.clear();
        due.clear();
        overdue.clear();
        knownOf = used;
        open = all;
      }
      decide(used, open, HistoryChange.stamp(stamps.nextLong()));
      if (!view.get().equals(used)) {
        // Reading took long. A view that was left may be gone, and must not begin again.
        continue;
      }
      List<Part> decided = open.stream().filter(part -> part.outcomes == null).toList();
      Response<byte[]> pointer =
          HistoryChange.SCRIPT.pipelined(script -> change(used, decided, script, alongside));
      open =
          view.held(pointer)
              ? decided.stream().filter(part -> part.outcomes == null).toList()
              : all;
    }
    return Arrays.stream(partOf).map(part -> part.outcomes.get(part.told++)).toList();
  }

  /**
   * Packs some of the histories that wait for it, {@value #LEAST_PACKED} or as many as the batch is
   * likely to have added. After {@value #MANY} writes or more only such as have very many items
   * beside their pack.
   *
   * @param writes of the batch that was just written; 0 for none
   * @return whether others wait
   */
  boolean pack(int writes) {
    boolean many = writes >= MANY;
    return pack(
        many || !overdue.isEmpty() ? overdue : due,
        writes / (many ? VERY_MANY * bounds.packedFrom() : bounds.packedFrom()));
  }

  /** The histories that were found to be too large to be packed, or damaged. */
  long unpackable() {
    return packing.unpackable();
  }

  private boolean pack(Set<HistoryId> waiting, int most) {
    if (!view.get().equals(knownOf)) {
      return false;
    }
    // Nobody waits for the events of a view that is being rebuilt.
    int least = view.isFixed() ? PACKED_AT_ONCE : LEAST_PACKED;
    for (int left = Math.max(most, least); left > 0; left -= PACKED_AT_ONCE) {
      List<HistoryId> next = waiting.stream().limit(Math.min(left, PACKED_AT_ONCE)).toList();
      next.forEach(id -> endWaiting(waiting, id));
      packing.pack(knownOf, next);
    }
    return !(due.isEmpty() && overdue.isEmpty());
  }

  /** Looks into the queues only when there is something new to be noted. */
  private void noteToPack(HistoryId id, KnownHistory history) {
    if (history.isToPack(VERY_MANY * bounds.packedFrom())) {
      if (history.waitsIn != overdue) {
        due.remove(id);
        overdue.add(id);
        history.waitsIn = overdue;
      }
    } else if (history.waitsIn == null && history.isToPack(bounds.packedFrom())) {
      Set<HistoryId> queue = overdue.contains(id) ? overdue : due;
      queue.add(id);
      history.waitsIn = queue;
    }
  }

  private void endWaiting(Set<HistoryId> queue, HistoryId id) {
    queue.remove(id);
    KnownHistory history = known.get(id);
    if (history != null) {
      history.waitsIn = null;
    }
  }

  /** Whatever can be packed of what a full Redis has refused, so that there is room for it. */
  private void noteToPack(List<Part> refused) {
    refused.stream()
        .filter(part -> part.history.canBePacked())
        .map(part -> part.id)
        .filter(id -> !overdue.contains(id))
        .forEach(due::add);
  }

  /**
   * Packs histories, or leaves them to the next event of their users, if more wait to be packed
   * than are remembered.
   *
   * @return whether to call it again
   */
  boolean boundWaiting() {
    // A view that is being rebuilt has no next event to wait for.
    while (due.size() > bounds.waiting() && !view.isFixed()) {
      endWaiting(due, due.iterator().next());
    }
    return (overdue.size() > bounds.waiting() && pack(overdue, PACKED_AT_ONCE))
        || (due.size() > bounds.waiting() && pack(due, PACKED_AT_ONCE));
  }

  private void decide(View used, List<Part> parts, byte[] stamp) {
    List<Part> unknown = new ArrayList<>();
    for (Part part : parts) {
      part.outcomes = null;
      KnownHistory history = known.get(part.id);
      if (history != null) {
        part.decide(history, Map.of(), limits, stamp);
      }
      part.read = history == null || part.decision.isUndecided();
      if (part.read) {
        // It was changed as if what is undecided were a repetition.
        known.remove(part.id);
        unknown.add(part);
      }
    }
    for (int i = 0; i < unknown.size(); i += READ_AT_ONCE) {
      read(used, unknown.subList(i, Math.min(i + READ_AT_ONCE, unknown.size())), stamp);
    }
  }

  private void read(View used, List<Part> parts, byte[] stamp) {
    List<StoredHistory.Reading> readings = new ArrayList<>(parts.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      parts.forEach(part -> readings.add(StoredHistory.ask(pipeline, part.id, used)));
      pipeline.sync();
    }
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      try {
        StoredHistory history = readings.get(i).get(redis);
        part.decide(history.known(), history.hash().items(), limits, stamp);
      } catch (JedisDataException e) {
        refuse(part, e);
      } catch (CorruptValueException e) {
        part.refuse();
      }
    }
  }

  /** Refuses what Redis can never do, since a key of the user holds something else. */
  private void refuse(Part part, JedisDataException e) {
    if (RedisFault.of(e) != RedisFault.ONE_KEY) {
      throw e;
    }
    known.remove(part.id);
    part.refuse();
  }

  /** The answer to the question for the pointer. */
  private Response<byte[]> change(
      View used,
      List<Part> parts,
      RedisScript.Caller script,
      Consumer<AbstractPipeline> alongside) {
    List<Response<Object>> replies = new ArrayList<>(parts.size());
    Response<byte[]> pointer;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Part part : parts) {
        replies.add(
            part.decision
                .change(part.id, used)
                .expire(expiry == null ? (part.read ? LIFT_EXPIRY : LEAVE_EXPIRY) : expiry)
                .call(pipeline, script, part.history.index.count() > 0));
      }
      alongside.accept(pipeline);
      pointer = view.ask(pipeline);
      pipeline.sync();
    }
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      try {
        if (HistoryChange.MADE.equals(replies.get(i).get())) {
          if (part.read || part.bytes != KnownHistory.bytes(part.id, part.history)) {
            known.put(part.id, part.history);
          }
          noteToPack(part.id, part.history);
          part.outcomes = part.decision.outcomes();
        } else {
          known.remove(part.id);
        }
      } catch (JedisDataException e) {
        if (RedisFault.isFull(e)) {
          noteToPack(parts);
        }
        refuse(part, e);
      }
    }
    return pointer;
  }
}
