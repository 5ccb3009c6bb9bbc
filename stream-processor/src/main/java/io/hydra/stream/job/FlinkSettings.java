package io.hydra.stream.job;

import io.hydra.stream.metrics.LoopbackReporterFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;

/**
 * How Flink runs the job.
 *
 * @param checkpointDirectory a URI, or a path of this machine
 * @param restPort of the local cluster; 0 for a free one
 * @param metricsPort of the local cluster's metrics; 0 for none
 */
public record FlinkSettings(
    int parallelism,
    Duration checkpointInterval,
    String checkpointDirectory,
    int restPort,
    int metricsPort) {
  private static final Duration SHORTEST_CHECKPOINT_INTERVAL = Duration.ofMillis(10);
  private static final String LOOPBACK = "127.0.0.1";
  // Flink's own 100 ms would be most of an event's way to its head request.
  private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(5);
  private static final MemorySize LOCAL_NETWORK_MEMORY = MemorySize.ofMebiBytes(32);
  private static final MemorySize LOCAL_MANAGED_MEMORY = MemorySize.ofMebiBytes(8);

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public FlinkSettings {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism must be at least 1");
    }
    if (checkpointInterval.compareTo(SHORTEST_CHECKPOINT_INTERVAL) < 0) {
      throw new IllegalArgumentException("checkpoint interval must be at least 10 ms");
    }
    if (restPort < 0 || restPort > 65535) {
      throw new IllegalArgumentException("REST port must be 0 to 65535");
    }
    if (metricsPort < 0 || metricsPort > 65535) {
      throw new IllegalArgumentException("metrics port must be 0 to 65535");
    }
  }

  /** Without a port for metrics. */
  public FlinkSettings(
      int parallelism, Duration checkpointInterval, String checkpointDirectory, int restPort) {
    this(parallelism, checkpointInterval, checkpointDirectory, restPort, 0);
  }

  /** What holds for the job wherever it runs. */
  public Configuration forJob() {
    return new Configuration()
        .set(CoreOptions.DEFAULT_PARALLELISM, parallelism)
        .set(PipelineOptions.GENERIC_TYPES, false)
        .set(PipelineOptions.OBJECT_REUSE, true) // Records between operators are never changed.
        .set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT)
        .set(StateBackendOptions.STATE_BACKEND, "hashmap")
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval)
        .set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem")
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory().toString())
        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 1)
        .set(
            CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
            ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
        // While Redis or the registry is away checkpoints may time out; restarting would not help.
        .set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE)
        .set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay")
        .set(
            RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
            Duration.ofMillis(500))
        .set(
            RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
            Duration.ofSeconds(30));
  }

  /**
   * {@link #forJob} and what a cluster within this process needs. It resumes from the latest
   * checkpoint in the directory: the group offsets alone are ahead of the events that were in
   * flight to Redis, and of the triggers that were waiting, when the process died.
   *
   * @throws IOException if the checkpoint directory cannot be read
   */
  public Configuration forLocalCluster() throws IOException {
    Configuration conf =
        forJob()
            .set(RestOptions.ADDRESS, LOOPBACK)
            .set(RestOptions.BIND_ADDRESS, LOOPBACK)
            .set(RestOptions.BIND_PORT, Integer.toString(restPort))
            .set(TaskManagerOptions.NETWORK_MEMORY_MIN, LOCAL_NETWORK_MEMORY)
            .set(TaskManagerOptions.NETWORK_MEMORY_MAX, LOCAL_NETWORK_MEMORY)
            .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, LOCAL_MANAGED_MEMORY);
    if (metricsPort != 0) {
      LoopbackReporterFactory.configure(conf, metricsPort);
    }
    if ("file".equals(directory().getScheme())) {
      Optional<Path> checkpoint = RetainedCheckpoints.latest(Path.of(directory()));
      checkpoint.ifPresent(
          path ->
              conf.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString())
                  // Claimed, Flink deletes it once a newer one is complete.
                  .set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM));
    }
    return conf;
  }

  private URI directory() {
    return checkpointDirectory.contains("://") || checkpointDirectory.startsWith("file:")
        ? URI.create(checkpointDirectory)
        : Path.of(checkpointDirectory).toAbsolutePath().normalize().toUri();
  }
}
