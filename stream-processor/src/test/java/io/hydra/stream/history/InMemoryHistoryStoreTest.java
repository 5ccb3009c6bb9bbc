package io.hydra.stream.history;

import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

class InMemoryHistoryStoreTest extends HistoryStoreContract {
  @Override
  HistoryStore open(HistoryLimits limits) {
    return new InMemoryHistoryStore(limits);
  }

  @Override
  List<HistoryItem> items(HistoryStore store, String userKey, String task) {
    return ((InMemoryHistoryStore) store).items(userKey, task);
  }
}
