package io.hydra.trainer.head;

import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.VectorWriter;
import io.hydra.schemas.store.VectorWriter.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Keeps vectors beside histories, on a thread of its own, so that no head waits for it. Vectors are
 * made again from the texts, so what finds no room, or no Redis, is dropped: it comes again with
 * the user's next head.
 */
public final class VectorKeeper implements Runnable {
  /** Some tens of kilobytes each at most. */
  private static final int WAITING = 256;

  private static final int BATCH = 64;

  private final ToIntFunction<List<Change>> store;
  private final BlockingQueue<Change> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Outage redis = new Outage("Redis of the vector keeper");
  private final LongAdder kept = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  public VectorKeeper(VectorWriter writer) {
    this(writer::keep);
  }

  VectorKeeper(ToIntFunction<List<Change>> store) {
    this.store = store;
  }

  /** Changes that were kept. */
  long kept() {
    return kept.sum();
  }

  /**
   * Changes that were not: for want of room or of Redis, or since the user was erased meanwhile.
   */
  long dropped() {
    return dropped.sum();
  }

  /** Has a change kept soon. From any thread. */
  public void keep(Change change) {
    if (!change.isEmpty() && !waiting.offer(change)) {
      dropped.increment();
    }
  }

  /** Runs until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        List<Change> batch = new ArrayList<>(List.of(waiting.take()));
        waiting.drainTo(batch, BATCH - 1);
        write(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Change> batch) {
    int written = 0;
    try {
      written = store.applyAsInt(batch);
      redis.ended();
    } catch (JedisException e) {
      redis.began(RedisFault.reason(e));
    }
    kept.add(written);
    dropped.add(batch.size() - written);
  }
}
