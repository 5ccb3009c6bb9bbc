package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Puts all items of histories into {@linkplain HistoryPack packs}. What a history holds stays the
 * same, and so does its version; if it has changed meanwhile, nothing is done. Not thread-safe.
 */
final class HistoryPacking {
  private final UnifiedJedis redis;
  private final RecentValues<HistoryId, KnownHistory> known;
  private final Supplier<byte[]> stamps;
  private long unpackable;

  /**
   * @param known told of what was packed
   * @param stamps never the same again
   */
  HistoryPacking(
      UnifiedJedis redis, RecentValues<HistoryId, KnownHistory> known, Supplier<byte[]> stamps) {
    this.redis = redis;
    this.known = known;
    this.stamps = stamps;
  }

  /** A change that packs a history, and what is then known of it. */
  private record Packed(HistoryId id, HistoryChange change, KnownHistory after) {}

  /** The histories that were left as they are, since they are too large or damaged. */
  long unpackable() {
    return unpackable;
  }

  /** Takes two round trips. */
  void pack(View view, List<HistoryId> ids) {
    List<Packed> packed = ids.isEmpty() ? List.of() : read(view, ids);
    if (!packed.isEmpty()) {
      HistoryChange.SCRIPT.pipelined(script -> change(packed, script));
    }
  }

  private List<Packed> read(View view, List<HistoryId> ids) {
    List<StoredHistory.Reading> readings = new ArrayList<>(ids.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      ids.forEach(id -> readings.add(StoredHistory.ask(pipeline, id, view)));
      pipeline.sync();
    }
    List<Packed> packed = new ArrayList<>(ids.size());
    for (StoredHistory.Reading reading : readings) {
      try {
        reading
            .get()
            .ifPresentOrElse(
                history -> packed.addAll(packed(reading.id(), view, history)),
                () -> leave(reading.id()));
      } catch (CorruptValueException e) {
        leave(reading.id());
      } catch (JedisDataException e) {
        leaveIfRefused(reading.id(), e);
      }
    }
    return packed;
  }

  /** None if there is nothing to pack. */
  private List<Packed> packed(HistoryId id, View view, StoredHistory history) {
    KnownHistory stored = history.known();
    if (stored.basis.incomplete() || history.hash().own().isEmpty()) {
      known.remove(id);
      return List.of();
    }
    byte[] stamp = stamps.get();
    HistoryChange change =
        new HistoryChange(id, view, stored.basis)
            .set(HistoryPack.FIELD, HistoryPack.encode(history.hash().items()))
            .set(HistoryHash.STAMP, stamp)
            .remove(HistoryPack.GONE_FIELD)
            .freeingMemory();
    history.hash().own().keySet().forEach(event -> change.remove(History.field(event)));
    stored.pack(stamp);
    return List.of(new Packed(id, change, stored));
  }

  /** Null, for {@link RedisScript#pipelined}. */
  private Void change(List<Packed> packed, RedisScript.Caller script) {
    List<Response<Object>> replies = new ArrayList<>(packed.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      packed.forEach(one -> replies.add(one.change().call(pipeline, script, true)));
      pipeline.sync();
    }
    for (int i = 0; i < packed.size(); i++) {
      HistoryId id = packed.get(i).id();
      try {
        if (HistoryChange.MADE.equals(replies.get(i).get())) {
          known.put(id, packed.get(i).after());
        } else {
          known.remove(id);
        }
      } catch (JedisDataException e) {
        leaveIfRefused(id, e);
      }
    }
    return null;
  }

  private void leave(HistoryId id) {
    unpackable++;
    KnownHistory history = known.get(id);
    if (history != null) {
      history.unpackable = true;
    }
  }

  private void leaveIfRefused(HistoryId id, JedisDataException e) {
    if (RedisFault.of(e) != RedisFault.ONE_KEY) {
      throw e;
    }
    leave(id);
  }
}
