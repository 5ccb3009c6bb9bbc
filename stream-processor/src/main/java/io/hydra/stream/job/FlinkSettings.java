package io.hydra.stream.job;

import io.hydra.stream.metrics.LocalReporter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;

/**
 * Flink's settings for the job. What is null was not given: a cluster's own configuration decides,
 * and where that is silent too, the job has its own.
 *
 * @param parallelism in a local run 1 unless given
 * @param checkpointInterval 1 s unless given or configured
 * @param checkpointDirectory a URI, or a path of this machine; in a local run {@code
 *     .hydra/checkpoints} unless given
 * @param restPort of the local cluster; 0 for a free one
 * @param stateBackend on a cluster RocksDB, else the heap, unless given or configured
 */
public record FlinkSettings(
    Integer parallelism,
    Duration checkpointInterval,
    String checkpointDirectory,
    int restPort,
    StateBackend stateBackend) {
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);
  private static final Duration SHORTEST_CHECKPOINT_INTERVAL = Duration.ofMillis(10);
  private static final String LOCAL_CHECKPOINT_DIRECTORY = ".hydra/checkpoints";
  private static final String ROCKSDB_CLASS =
      "org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend";
  private static final String LOOPBACK = "127.0.0.1";
  // Flink's own 100 ms would be most of an event's way to its head request.
  private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(5);
  private static final MemorySize LOCAL_NETWORK_MEMORY = MemorySize.ofMebiBytes(32);
  private static final MemorySize LOCAL_MANAGED_MEMORY = MemorySize.ofMebiBytes(8);

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public FlinkSettings {
    if (parallelism != null && parallelism < 1) {
      throw new IllegalArgumentException("parallelism must be at least 1");
    }
    if (checkpointInterval != null
        && checkpointInterval.compareTo(SHORTEST_CHECKPOINT_INTERVAL) < 0) {
      throw new IllegalArgumentException("checkpoint interval must be at least 10 ms");
    }
    if (restPort < 0 || restPort > 65535) {
      throw new IllegalArgumentException("REST port must be 0 to 65535");
    }
  }

  /** The place of keyed state, named as by Flink and on the command line. */
  public enum StateBackend {
    /** On the disk of the task managers, with incremental checkpoints. */
    ROCKSDB,
    /** On the heap. */
    HASHMAP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The settings that the job brings along to a cluster.
   *
   * @param cluster the cluster's configuration, with the submission's additions
   */
  public Configuration forCluster(ReadableConfig cluster) {
    Configuration conf = given();
    preferred(conf, cluster, StateBackend.ROCKSDB);
    prefer(conf, cluster, CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    return conf;
  }

  /**
   * The job's own and what a cluster within this process needs. It resumes from the latest
   * checkpoint in the directory: the group offsets alone are ahead of the events that were in
   * flight to Redis, and of the triggers that were waiting, when the process died.
   *
   * @throws IOException if the checkpoint directory cannot be read
   * @throws IllegalStateException if the state backend is RocksDB and its jar is not there
   */
  public Configuration forLocalCluster() throws IOException {
    if (stateBackend == StateBackend.ROCKSDB && !hasRocksDb()) {
      throw new IllegalStateException(
          "the state backend rocksdb needs flink-statebackend-rocksdb, which Flink clusters have"
              + " and a plain JVM has not: use hashmap");
    }
    URI checkpoints =
        directory(checkpointDirectory == null ? LOCAL_CHECKPOINT_DIRECTORY : checkpointDirectory);
    Configuration conf =
        given()
            .set(RestOptions.ADDRESS, LOOPBACK)
            .set(RestOptions.BIND_ADDRESS, LOOPBACK)
            .set(RestOptions.BIND_PORT, Integer.toString(restPort))
            .set(TaskManagerOptions.NETWORK_MEMORY_MIN, LOCAL_NETWORK_MEMORY)
            .set(TaskManagerOptions.NETWORK_MEMORY_MAX, LOCAL_NETWORK_MEMORY)
            .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, LOCAL_MANAGED_MEMORY);
    ReadOnlyRest.configure(conf);
    LocalReporter.configure(conf);
    Configuration nothing = new Configuration();
    prefer(conf, nothing, CoreOptions.DEFAULT_PARALLELISM, 1);
    prefer(conf, nothing, CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toString());
    preferred(conf, nothing, StateBackend.HASHMAP);
    if ("file".equals(checkpoints.getScheme())) {
      Optional<Path> checkpoint = RetainedCheckpoints.latest(Path.of(checkpoints));
      checkpoint.ifPresent(
          path ->
              conf.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString())
                  // Claimed, Flink deletes it once a newer one is complete.
                  .set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM));
    }
    return conf;
  }

  private Configuration given() {
    Configuration conf =
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            // Records between operators are never changed.
            .set(PipelineOptions.OBJECT_REUSE, true);
    if (parallelism != null) {
      conf.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    }
    if (checkpointInterval != null) {
      conf.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
    }
    if (checkpointDirectory != null) {
      conf.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory(checkpointDirectory).toString());
    }
    if (stateBackend != null) {
      conf.set(StateBackendOptions.STATE_BACKEND, stateBackend.toString());
    }
    return conf;
  }

  /** Adds what is neither given nor configured. */
  private static void preferred(Configuration conf, ReadableConfig cluster, StateBackend backend) {
    prefer(conf, cluster, StateBackendOptions.STATE_BACKEND, backend.toString());
    prefer(conf, cluster, ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
    prefer(conf, cluster, CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    // Flink would keep them on the heap of the job manager where no directory is configured.
    prefer(conf, cluster, CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    prefer(
        conf,
        cluster,
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    // While Redis or the registry is away checkpoints may time out; restarting would not help.
    prefer(conf, cluster, CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    if (cluster.getOptional(RestartStrategyOptions.RESTART_STRATEGY).isEmpty()) {
      conf.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay")
          .set(
              RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
              Duration.ofMillis(500))
          .set(
              RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
              Duration.ofSeconds(30))
          // Whatever fails, another start is better than none.
          .set(
              RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS,
              Integer.MAX_VALUE);
    }
  }

  private static <T> void prefer(
      Configuration conf, ReadableConfig cluster, ConfigOption<T> option, T value) {
    if (!conf.contains(option) && cluster.getOptional(option).isEmpty()) {
      conf.set(option, value);
    }
  }

  private static boolean hasRocksDb() {
    try {
      var unused = Class.forName(ROCKSDB_CLASS, false, FlinkSettings.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static URI directory(String text) {
    return text.contains("://") || text.startsWith("file:")
        ? URI.create(text)
        : Path.of(text).toAbsolutePath().normalize().toUri();
  }
}
