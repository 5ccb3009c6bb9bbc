package io.hydra.stream.history;

import java.io.Serializable;

/** Opens a store on the task that needs one: a connection cannot be shipped. */
@FunctionalInterface
public interface HistoryStoreFactory extends Serializable {
  HistoryStore open();
}
