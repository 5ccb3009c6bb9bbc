package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * each {@value #READ_AT_ONCE} that are not, and one for each that is read whole. Not thread-safe.
 */
final class HistoryChanges {
  private static final byte[] NONE = new byte[0];
  private static final int KEYS = 3;

  private static final List<byte[]> OF_HISTORY =
      List.of(KnownHistory.VERSION, KnownHistory.STAMP, KnownHistory.TIMES);

  /** The field that said in an earlier version that the history expires. */
  private static final byte[] EARLIER_EXPIRY = Layout.utf8("m:ttl");

  private static final byte[] YES = Layout.ascii(1);
  private static final byte[] NO = Layout.ascii(0);
  private static final byte[] LEAVE_EXPIRY = Layout.ascii(0);
  private static final byte[] LIFT_EXPIRY = Layout.ascii(-1);
  private static final int STAMP_RADIX = 36;

  /** Histories read in one round trip: their ids may be some kB each. */
  private static final int READ_AT_ONCE = 256;

  private final UnifiedJedis redis;
  private final Views.Writer view;
  private final HistoryLimits limits;
  private final RecentValues<HistoryId, KnownHistory> known;

  /** Null for none. */
  private final byte[] expiry;

  private final RedisScript changing = RedisScript.load(HistoryChanges.class, "change-history.lua");
  // Never the same again, not in another process either.
  private final SplittableRandom stamps = new SplittableRandom(new SecureRandom().nextLong());
  private View knownOf;

  HistoryChanges(UnifiedJedis redis, Views.Writer view, HistoryLimits limits, long knownBytes) {
    this.redis = redis;
    this.view = view;
    this.limits = limits;
    this.known = new RecentValues<>(knownBytes, KnownHistory::bytes);
    this.expiry = limits.ttl().isZero() ? null : Layout.ascii(limits.ttl().toMillis());
  }

  /** The writes of one history in a batch, and what became of them. */
  private static final class Part {
    final HistoryId id;
    final UserKeys keys;
    final List<Integer> places = new ArrayList<>(1);
    final List<Write> writes = new ArrayList<>(1);
    HistoryDecision decision;
    boolean read;

    /** Null as long as the writes are not made. */
    List<Outcome> outcomes;

    Part(HistoryId id) {
      this.id = id;
      this.keys = new UserKeys(id.user());
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
    List<Part> all = parts(writes);
    List<Part> open = all;
    while (!open.isEmpty()) {
      View used = view.get();
      if (!used.equals(knownOf)) {
        known.clear();
        knownOf = used;
        open = all;
      }
      decide(used, open);
      if (!view.get().equals(used)) {
        // Reading took long. A view that was left may be gone, and must not begin again.
        continue;
      }
      List<Part> decided = open.stream().filter(part -> part.outcomes == null).toList();
      Response<byte[]> pointer =
          changing.pipelined(script -> change(used, decided, script, alongside));
      open =
          view.held(pointer)
              ? decided.stream().filter(part -> part.outcomes == null).toList()
              : all;
    }
    Outcome[] outcomes = new Outcome[writes.size()];
    for (Part part : all) {
      for (int i = 0; i < part.places.size(); i++) {
        outcomes[part.places.get(i)] = part.outcomes.get(i);
      }
    }
    return List.of(outcomes);
  }

  private static List<Part> parts(List<Write> writes) {
    Map<HistoryId, Part> parts = new LinkedHashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      Part part = parts.computeIfAbsent(new HistoryId(write.user(), write.task()), Part::new);
      part.places.add(i);
      part.writes.add(write);
    }
    return List.copyOf(parts.values());
  }

  private void decide(View used, List<Part> parts) {
    List<Part> unknown = new ArrayList<>();
    for (Part part : parts) {
      part.outcomes = null;
      KnownHistory history = known.get(part.id);
      part.read = history == null;
      if (part.read) {
        unknown.add(part);
      } else {
        part.decision = new HistoryDecision(limits, history, Map.of(), part.writes);
      }
    }
    for (int i = 0; i < unknown.size(); i += READ_AT_ONCE) {
      read(used, unknown.subList(i, Math.min(i + READ_AT_ONCE, unknown.size())));
    }
  }

  /** The replies about one history; none of its texts but those of the events' own ids. */
  private record Reading(
      Response<byte[]> erased,
      Response<List<byte[]>> values,
      Response<Set<byte[]>> fields,
      Response<byte[]> stampAfter) {}

  private void read(View used, List<Part> parts) {
    List<Reading> readings = new ArrayList<>(parts.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Part part : parts) {
        byte[] hash = part.keys.history(used, part.id.task());
        List<byte[]> wanted = new ArrayList<>(OF_HISTORY);
        part.writes.forEach(write -> wanted.add(History.field(write.eventId())));
        readings.add(
            new Reading(
                pipeline.hget(part.keys.user(), UserKeys.Fields.ERASED),
                pipeline.hmget(hash, wanted.toArray(byte[][]::new)),
                pipeline.hkeys(hash),
                pipeline.hget(hash, KnownHistory.STAMP)));
      }
      pipeline.sync();
    }
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      try {
        part.decision = decide(used, part, readings.get(i));
      } catch (JedisDataException e) {
        refuse(part, e);
      } catch (CorruptValueException e) {
        part.refuse();
      }
    }
  }

  private HistoryDecision decide(View used, Part part, Reading reading) {
    byte[] erased = reading.erased().get();
    List<byte[]> values = reading.values().get();
    Map<String, byte[]> items = new HashMap<>();
    for (int i = 0; i < part.writes.size(); i++) {
      items.put(part.writes.get(i).eventId(), values.get(OF_HISTORY.size() + i));
    }
    byte[] stamp = values.get(1);
    // Else the fields may be another moment's than the times.
    boolean oneMoment = Arrays.equals(stamp, reading.stampAfter().get());
    Optional<KnownHistory> history =
        Optional.of(reading.fields().get())
            .filter(fields -> oneMoment)
            .flatMap(
                fields -> KnownHistory.of(erased, fields, values.get(0), stamp, values.get(2)));
    if (history.isPresent()) {
      return new HistoryDecision(limits, history.get(), items, part.writes);
    }
    // One history's texts at a time: seldom needed, and any of them may be large. Another writer
    // may have been here since, so the items must be of the same moment as the rest.
    Map<byte[], byte[]> whole = redis.hgetAll(part.keys.history(used, part.id.task()));
    part.writes.forEach(
        write -> items.put(write.eventId(), whole.get(History.field(write.eventId()))));
    return new HistoryDecision(limits, KnownHistory.of(erased, whole), items, part.writes);
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
    byte[] stamp = Layout.utf8(Long.toUnsignedString(stamps.nextLong(), STAMP_RADIX));
    Response<byte[]> pointer;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Part part : parts) {
        replies.add(call(used, part, stamp, pipeline, script));
      }
      alongside.accept(pipeline);
      pointer = view.ask(pipeline);
      pipeline.sync();
    }
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      try {
        if ((Long) replies.get(i).get() == 1) {
          known.put(part.id, part.decision.after(stamp));
          part.outcomes = part.decision.outcomes();
        } else {
          known.remove(part.id);
        }
      } catch (JedisDataException e) {
        refuse(part, e);
      }
    }
    return pointer;
  }

  private Response<Object> call(
      View used, Part part, byte[] stamp, AbstractPipeline pipeline, RedisScript.Caller script) {
    HistoryDecision decision = part.decision;
    KnownHistory before = decision.before();
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(part.keys.history(used, part.id.task()));
    arguments.add(part.keys.user());
    arguments.add(part.keys.historyOrder(used, part.id.task()));
    arguments.add(UserKeys.Fields.task(part.id.task()));
    arguments.add(before.erased() == null ? NONE : before.erased());
    arguments.add(before.version() == 0 ? NONE : Layout.ascii(before.version()));
    arguments.add(before.stamp() == null ? NONE : before.stamp());
    arguments.add(expiry == null ? (part.read ? LIFT_EXPIRY : LEAVE_EXPIRY) : expiry);
    arguments.add(decision.index().count() > 0 ? YES : NO);
    arguments.add(before.incomplete() || before.version() == 0 ? YES : NO);
    int ends = arguments.size();
    arguments.add(NONE);
    arguments.add(NONE);
    decision.assumed().forEach((id, item) -> add(arguments, History.field(id), item));
    arguments.set(ends, end(arguments));
    List<byte[]> removed = new ArrayList<>();
    decision
        .changes()
        .forEach(
            (id, item) -> {
              if (item == null) {
                removed.add(History.field(id));
              } else {
                add(arguments, History.field(id), item);
              }
            });
    if (decision.isChange()) {
      add(arguments, KnownHistory.STAMP, stamp);
      add(arguments, KnownHistory.TIMES, decision.index().times());
    }
    if (decision.version() != before.version()) {
      add(arguments, KnownHistory.VERSION, Layout.ascii(decision.version()));
    }
    arguments.set(ends + 1, end(arguments));
    arguments.addAll(removed);
    if (before.incomplete()) {
      arguments.add(EARLIER_EXPIRY);
    }
    return script.call(pipeline, KEYS, arguments.toArray(byte[][]::new));
  }

  private static void add(List<byte[]> arguments, byte[] field, byte[] value) {
    arguments.add(field);
    arguments.add(value);
  }

  /** The place of the last argument so far, as the script counts them. */
  private static byte[] end(List<byte[]> arguments) {
    return Layout.ascii(arguments.size() - KEYS);
  }
}
