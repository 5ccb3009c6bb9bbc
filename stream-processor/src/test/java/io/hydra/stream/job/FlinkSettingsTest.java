package io.hydra.stream.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.stream.job.FlinkSettings.StateBackend;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkSettingsTest {
  private static final FlinkSettings NOTHING_GIVEN = new FlinkSettings(null, null, null, 0, null);

  @TempDir Path dir;

  @Test
  void onAClusterStateIsInRocksDbWithIncrementalCheckpoints() throws Exception {
    Configuration conf = NOTHING_GIVEN.forCluster(new Configuration());
    assertThat(backend(conf))
        .isInstanceOfSatisfying(
            EmbeddedRocksDBStateBackend.class,
            rocksDb -> assertThat(rocksDb.isIncrementalCheckpointsEnabled()).isTrue());
    assertThat(conf.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(conf.get(CheckpointingOptions.CHECKPOINT_STORAGE)).isEqualTo("filesystem");
  }

  @Test
  void onAPlainJvmStateIsOnTheHeap() throws Exception {
    Configuration conf = new FlinkSettings(null, null, dir.toString(), 0, null).forLocalCluster();
    assertThat(backend(conf)).isInstanceOf(HashMapStateBackend.class);
    assertThat(conf.get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(1);
    assertThat(NOTHING_GIVEN.forLocalCluster().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .isEqualTo(Path.of(".hydra/checkpoints").toAbsolutePath().toUri().toString());
  }

  @Test
  void theStateBackendThatIsGivenIsTakenEverywhere() throws Exception {
    assertThat(backend(given(StateBackend.ROCKSDB).forLocalCluster()))
        .isInstanceOf(EmbeddedRocksDBStateBackend.class);
    assertThat(
            backend(
                given(StateBackend.HASHMAP)
                    .forCluster(
                        new Configuration().set(StateBackendOptions.STATE_BACKEND, "forst"))))
        .isInstanceOf(HashMapStateBackend.class);
  }

  @Test
  void whatTheClusterIsConfiguredToStandsUnlessGiven() {
    Configuration cluster =
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, 8)
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "s3://bucket/checkpoints")
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(1))
            .set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION)
            .set(StateBackendOptions.STATE_BACKEND, "forst")
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    assertThat(NOTHING_GIVEN.forCluster(cluster).keySet())
        .doesNotContainAnyElementsOf(cluster.keySet())
        .isNotEmpty();

    Configuration given =
        new FlinkSettings(2, Duration.ofSeconds(5), "hdfs:///checkpoints", 0, null)
            .forCluster(cluster);
    assertThat(given.get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(2);
    assertThat(given.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(given.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .isEqualTo("hdfs:///checkpoints");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new FlinkSettings(0, null, null, 0, null))
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new FlinkSettings(1, Duration.ofMillis(1), null, 0, null))
        .hasMessageContaining("at least 10 ms");
    assertThatThrownBy(() -> new FlinkSettings(1, null, null, -1, null))
        .hasMessageContaining("REST port");
  }

  private FlinkSettings given(StateBackend backend) {
    return new FlinkSettings(null, null, dir.toString(), 0, backend);
  }

  private static org.apache.flink.runtime.state.StateBackend backend(Configuration conf)
      throws Exception {
    return StateBackendLoader.loadStateBackendFromConfig(
        conf, FlinkSettingsTest.class.getClassLoader(), null);
  }
}
