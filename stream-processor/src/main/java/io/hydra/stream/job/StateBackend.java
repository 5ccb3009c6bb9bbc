package io.hydra.stream.job;

/** Where keyed state lives. */
public enum StateBackend {
  /** On the disk of the task managers, with incremental checkpoints. */
  ROCKSDB("rocksdb"),
  /** On the heap. */
  HASHMAP("hashmap");

  private final String id;

  StateBackend(String id) {
    this.id = id;
  }

  /** Flink's name of it. */
  String id() {
    return id;
  }

  /** As on the command line. */
  @Override
  public String toString() {
    return id;
  }
}
