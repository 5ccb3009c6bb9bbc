package io.hydra.infra.bench.history;

import picocli.CommandLine.Option;

/** Options of the bench. */
final class BenchSettings {
  @Option(names = "--users", paramLabel = "N")
  int users = 2000;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events of the backlog, and of each ceiling.")
  long events = 500_000;

  @Option(names = "--text-bytes", paramLabel = "N", description = "Input and output of an event.")
  int textBytes = 300;

  @Option(names = "--capacity", paramLabel = "N", description = "Most events of a history.")
  int capacity = 50;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Length of the window in which the lag must stay flat, and of the latency's.")
  int seconds = 20;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "Between the first backlog and what is measured the job runs for so long, at half of"
              + " what it can: a young JVM is busy compiling.")
  int warmUp = 90;

  @Option(
      names = "--latency-rate",
      paramLabel = "N",
      description =
          "Events a second at which the latency is measured; by default half of what the job"
              + " sustains.")
  int latencyRate = 0;

  @Option(names = "--partitions", paramLabel = "N")
  int partitions = 4;

  @Option(
      names = "--compression",
      paramLabel = "TYPE",
      description = "Of the generator's batches: none, lz4, zstd, snappy or gzip.")
  String compression = "lz4";

  @Option(names = "--parallelism", paramLabel = "N", description = "Of the stream processor.")
  int parallelism = 1;

  @Option(names = "--heap", paramLabel = "MiB", description = "Of the stream processor.")
  int heapMib = 400;

  @Option(names = "--checkpoint-interval", paramLabel = "DURATION")
  String checkpointInterval = "1s";

  @Option(names = "--seed", paramLabel = "N")
  long seed = 1;

  /**
   * @throws IllegalArgumentException naming the option that is out of its range
   */
  void check() {
    require(users >= 1, "--users must be at least 1");
    require(events >= 1000, "--events must be at least 1000");
    require(textBytes >= 2 && textBytes <= 60_000, "--text-bytes must be 2 to 60000");
    require(capacity >= 2, "--capacity must be at least 2");
    require(seconds >= 1 && seconds <= 3600, "--seconds must be 1 to 3600");
    require(warmUp >= 0 && warmUp <= 3600, "--warm-up must be 0 to 3600");
    require(latencyRate >= 0, "--latency-rate must not be negative");
    require(partitions >= 1, "--partitions must be at least 1");
    require(parallelism >= 1, "--parallelism must be at least 1");
    require(heapMib >= 128, "--heap must be at least 128 (MiB)");
  }

  /** The settings that a report repeats. */
  String words() {
    return "%,d users, %,d events of %d bytes (%s), histories of %d; %d partitions, parallelism %d, %d MiB of heap, a checkpoint every %s; warm-up %d s"
        .formatted(
            users,
            events,
            textBytes,
            compression,
            capacity,
            partitions,
            parallelism,
            heapMib,
            checkpointInterval,
            warmUp);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
