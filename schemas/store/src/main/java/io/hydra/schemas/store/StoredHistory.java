package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A history as it was read for somebody who is about to change it. The moment of the erasure may be
 * another one's; then the change is not made.
 */
record StoredHistory(KnownHistory known, HistoryHash hash) {
  /** More than this is read by itself, and not packed; less than {@link HistoryPack#MOST_BYTES}. */
  static final long LARGE_BYTES = 256 * 1024;

  /** The replies about one history. */
  record Reading(HistoryId id, View view, Response<byte[]> erased, Response<Object> hash) {
    /**
     * The history, once the pipeline has been synchronized; empty if it is large.
     *
     * @throws CorruptValueException if something in it cannot be read
     * @throws JedisDataException if a key holds something else
     */
    Optional<StoredHistory> get() {
      return BoundedHash.read(hash.get()).map(fields -> of(erased.get(), fields));
    }

    /** The same of any size, in a round trip of its own if it is large. */
    StoredHistory get(UnifiedJedis redis) {
      return get().orElseGet(() -> of(erased.get(), redis.hgetAll(id.history(view))));
    }
  }

  /** Asks for a history, of which Redis sends nothing if it is large. */
  static Reading ask(AbstractPipeline pipeline, HistoryId id, View view) {
    return new Reading(
        id,
        view,
        pipeline.hget(new UserKeys(id.user()).user(), UserKeys.Fields.ERASED),
        BoundedHash.ask(pipeline, id.history(view), LARGE_BYTES));
  }

  private static StoredHistory of(byte[] erased, Map<byte[], byte[]> fields) {
    HistoryHash hash = new HistoryHash(fields);
    return new StoredHistory(new KnownHistory(erased, hash), hash);
  }
}
