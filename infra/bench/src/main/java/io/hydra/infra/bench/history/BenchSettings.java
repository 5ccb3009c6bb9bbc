package io.hydra.infra.bench.history;

/**
 * What is measured with.
 *
 * @param events of the backlog
 * @param textBytes of an event's input and output together
 * @param capacity most events of a history
 * @param seconds that a measurement at a fixed rate takes
 * @param compression of the generator's batches, as Kafka names it
 * @param heapMib of the stream processor
 */
record BenchSettings(
    int users,
    long events,
    int textBytes,
    int capacity,
    int seconds,
    int partitions,
    String compression,
    int parallelism,
    int heapMib,
    String checkpointInterval,
    long seed) {
  /**
   * @throws IllegalArgumentException naming the option that is out of its range
   */
  BenchSettings {
    require(users >= 1, "--users must be at least 1");
    require(events >= 1000, "--events must be at least 1000");
    require(textBytes >= 2 && textBytes <= 60_000, "--text-bytes must be 2 to 60000");
    require(capacity >= 2, "--capacity must be at least 2");
    require(seconds >= 1 && seconds <= 3600, "--seconds must be 1 to 3600");
    require(partitions >= 1, "--partitions must be at least 1");
    require(parallelism >= 1, "--parallelism must be at least 1");
    require(heapMib >= 128, "--heap must be at least 128 (MiB)");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
