package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.client.RedisScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/**
 * Reads histories, with a bound of what they take in memory. One beyond it is read whole, few such
 * at a time, and only its newest items are kept. Thread-safe.
 */
final class BoundedHistories {
  private static final int LARGE_AT_ONCE = 2;
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final RedisScript script = RedisScript.load(BoundedHistories.class, "read-history.lua");
  private final long maxBytes;
  private final byte[] bound;
  private final Semaphore large = new Semaphore(LARGE_AT_ONCE, true);

  /**
   * @param maxBytes of the texts of one history
   */
  BoundedHistories(long maxBytes) {
    this.maxBytes = maxBytes;
    this.bound = Long.toString(maxBytes).getBytes(US_ASCII);
  }

  /** Asks for a history, to be given to {@link #decode} once the pipeline has been synchronized. */
  Response<Object> ask(AbstractPipeline pipeline, byte[] key) {
    return script.eval(pipeline, 1, key, bound);
  }

  /**
   * The history that was asked for.
   *
   * @param faults takes what had to be left out
   * @throws io.hydra.schemas.redis.CorruptValueException if a value cannot be read
   */
  History decode(
      Response<Object> reply, AbstractPipeline pipeline, byte[] key, List<String> faults) {
    if (reply.get() instanceof List<?> fields) {
      Map<byte[], byte[]> hash = new IdentityHashMap<>();
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        hash.put((byte[]) fields.get(i), (byte[]) fields.get(i + 1));
      }
      return History.fromHash(hash);
    }
    if (!acquire()) {
      faults.add("the history is very long, and others like it are being read: it was not used");
      return History.EMPTY;
    }
    try {
      Response<Map<byte[], byte[]>> whole = pipeline.hgetAll(key);
      pipeline.sync();
      return newest(History.fromHash(whole.get()), faults);
    } finally {
      large.release();
    }
  }

  private boolean acquire() {
    try {
      return large.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private History newest(History history, List<String> faults) {
    List<HistoryItem> kept = new ArrayList<>();
    long bytes = 0;
    for (int i = history.items().size() - 1; i >= 0; i--) {
      HistoryItem item = history.items().get(i);
      bytes += item.input().getBytes(UTF_8).length + item.output().getBytes(UTF_8).length;
      if (bytes > maxBytes) {
        faults.add(
            "the history has more text than an answer reads (%d bytes): its %d oldest items were not used"
                .formatted(maxBytes, i + 1));
        break;
      }
      kept.add(item);
    }
    Collections.reverse(kept);
    return new History(history.version(), kept);
  }
}
