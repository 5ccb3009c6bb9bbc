package io.hydra.stream.writer;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers as told, and remembers what it was asked. The version of a write is its id's hash. */
final class FakeStore implements HistoryStore {
  /**
   * The store that the factory opens: an operator's factory is shipped as a copy, a store cannot
   * be.
   */
  static volatile FakeStore opened;

  /** One for each call, before it does anything: the ids of a write, or the erasure. */
  final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

  /** By id; {@link Effect#ENTERED} for every other one. */
  final Map<String, Effect> effects = new ConcurrentHashMap<>();

  volatile Runnable before = () -> {};
  volatile Erased erased = new Erased(0, 0, List.of());
  volatile boolean refusesErasures;
  volatile boolean closed;

  @Override
  public List<Outcome> write(List<Write> writes) {
    calls.add(String.join("", writes.stream().map(Write::eventId).toList()));
    before.run();
    return writes.stream()
        .map(Write::eventId)
        .map(id -> new Outcome(id.hashCode(), effects.getOrDefault(id, Effect.ENTERED)))
        .toList();
  }

  @Override
  public Erased erase(Erasure erasure) {
    calls.add("erase " + erasure.eventId());
    before.run();
    if (refusesErasures) {
      throw new HistoryStore.RefusedException("told to refuse", null);
    }
    return erased;
  }

  @Override
  public void close() {
    closed = true;
  }
}
