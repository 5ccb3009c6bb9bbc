package io.hydra.infra.bench.ceiling;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.rebuild.EventLog;
import io.hydra.stream.rebuild.Replay;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A topic's records as a rebuild reads, decodes and writes them.
 *
 * @param log stands where it is to be read from
 */
record RebuildEngine(
    EventLog log, Supplier<EventIntake> intakes, Supplier<HistoryStore> stores, int writers)
    implements CeilingCommand.Engine {
  @Override
  public void run(SteadyRate written) throws Exception {
    List<HistoryStore> counted =
        Stream.generate(() -> (HistoryStore) new Counted(stores.get(), written))
            .limit(writers)
            .toList();
    try (Replay replay =
        new Replay(log, intakes, counted, Replay.BATCH_SIZE, System::nanoTime, progress -> {})) {
      replay.run(log.ends());
    }
  }

  private record Counted(HistoryStore store, SteadyRate written) implements HistoryStore {
    @Override
    public List<Outcome> write(List<Write> writes) {
      List<Outcome> outcomes = store.write(writes);
      written.add(outcomes.size());
      return outcomes;
    }

    @Override
    public Erased erase(Erasure erasure) {
      return store.erase(erasure);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
