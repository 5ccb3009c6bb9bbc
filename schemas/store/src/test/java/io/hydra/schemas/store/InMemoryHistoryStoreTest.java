package io.hydra.schemas.store;

import io.hydra.schemas.redis.HistoryLimits;

class InMemoryHistoryStoreTest extends HistoryStoreContract {
  @Override
  HistoryStore open(HistoryLimits limits) {
    return new InMemoryHistoryStore(limits);
  }

  @Override
  Stored stored(HistoryStore store, String userKey, String task) {
    InMemoryHistoryStore memory = (InMemoryHistoryStore) store;
    return Stored.of(memory.version(userKey, task), memory.writes(userKey, task));
  }
}
