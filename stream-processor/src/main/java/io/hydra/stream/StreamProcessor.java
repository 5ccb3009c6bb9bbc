package io.hydra.stream;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.stream.job.FlinkSettings;
import io.hydra.stream.job.FlinkSettings.StateBackend;
import io.hydra.stream.job.HistoryJob;
import io.hydra.stream.job.HistoryOptions;
import io.hydra.stream.job.KafkaEnds;
import io.hydra.stream.rebuild.TopicRetention;
import io.hydra.stream.trigger.TriggerSettings;
import io.hydra.stream.writer.BatchSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.function.SerializableSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * Keeps rolling histories in Redis and requests head updates.
 *
 * <p>Submitted to a Flink cluster, it runs there, and where it resumes from is the cluster's
 * business. On a plain JVM it brings its own cluster, with REST on loopback, and <b>resumes from
 * the latest checkpoint</b> in {@code --checkpoint-dir}, also after a kill -9: events that were in
 * flight are written again (which changes nothing twice) and waiting triggers fire. Where the
 * directory holds no checkpoint, it starts from the group's committed offsets, else from the
 * beginning. Nothing is missing in Redis then, since an offset is committed by a checkpoint, which
 * waits for the writes before it; with the keyed state gone nothing counts as requested, so the
 * next event of a user, new or repeated, requests that user's current version.
 *
 * <p>What Redis has lost comes back by {@link io.hydra.stream.rebuild.RebuildMain}.
 *
 * <p>JVM: Java 17, {@code -Xmx400m} is enough at parallelism 1; no {@code --add-opens} or {@code
 * --add-exports} is needed, since no type falls back to Kryo.
 */
@Command(
    name = "stream-processor",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    showDefaultValues = true,
    sortOptions = false,
    description = "Keeps rolling histories in Redis and requests head updates.")
public final class StreamProcessor implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(StreamProcessor.class);
  private static final String JOB_NAME = "hydra-stream-processor";

  @Mixin private ConnectionOptions connections;

  @Mixin private HistoryOptions bounds;

  @Option(
      names = "--trigger-events",
      defaultValue = "${env:HYDRA_TRIGGER_EVENTS:-10}",
      description =
          "A quiet user's event makes a head update due at once; a busy user's waits for no more"
              + " than this many.")
  private int triggerEvents;

  @Option(
      names = "--trigger-delay",
      defaultValue = "${env:HYDRA_TRIGGER_DELAY:-200ms}",
      description =
          "And no longer than until this long after the last update of the same user and task was"
              + " due.")
  private Duration triggerDelay;

  @Option(
      names = "--trigger-min-interval",
      defaultValue = "${env:HYDRA_TRIGGER_MIN_INTERVAL:-100ms}",
      description = "But never less than this after it.")
  private Duration triggerMinInterval;

  @Option(
      names = "--lateness",
      defaultValue = "${env:HYDRA_LATENESS:-10s}",
      description =
          "How far behind the latest occurred_at an event may be without counting as late in the"
              + " metrics; late events are written all the same.")
  private Duration lateness;

  @Option(
      names = "--checkpoint-interval",
      defaultValue = "${env:HYDRA_CHECKPOINT_INTERVAL:-" + Option.NULL_VALUE + "}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Between two checkpoints; group offsets are committed at the same pace. By default the"
              + " cluster's, else 1s.")
  private Duration checkpointInterval;

  @Option(
      names = "--checkpoint-dir",
      defaultValue = "${env:HYDRA_CHECKPOINT_DIR:-" + Option.NULL_VALUE + "}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Directory or URI of the checkpoints; a local run resumes from it. By default the"
              + " cluster's, .hydra/checkpoints in a local run.")
  private String checkpointDir;

  @Option(
      names = "--state-backend",
      defaultValue = "${env:HYDRA_STATE_BACKEND:-" + Option.NULL_VALUE + "}",
      converter = StateBackendConverter.class,
      paramLabel = "rocksdb|hashmap",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Keyed state on disk or on the heap. By default the cluster's, else rocksdb there and"
              + " hashmap in a local run.")
  private StateBackend stateBackend;

  @Option(
      names = "--parallelism",
      defaultValue = "${env:HYDRA_PARALLELISM:-" + Option.NULL_VALUE + "}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Subtasks of each operator; more than the topic's partitions are idle. By default the"
              + " cluster's, 1 in a local run.")
  private Integer parallelism;

  @Option(
      names = "--rest-port",
      defaultValue = "${env:HYDRA_FLINK_REST_PORT:-0}",
      description =
          "Port on loopback of Flink's REST in a local run, to be read only; 0 for a free one.")
  private int restPort;

  @Mixin private OpsOptions ops;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] args) {
    if (runsLocally()) {
      System.exit(commandLine().execute(args));
    }
    // This may be the cluster's own JVM, when the jar was uploaded: an exit would end the cluster.
    StringWriter errors = new StringWriter();
    if (commandLine().setErr(new PrintWriter(errors, true)).execute(args)
        != CommandLine.ExitCode.OK) {
      throw new IllegalArgumentException(errors.toString());
    }
  }

  static CommandLine commandLine() {
    return Program.commandLine(new StreamProcessor());
  }

  @Override
  public Integer call() throws Exception {
    KafkaConnection kafka = connections.kafka();
    HistoryJob job;
    FlinkSettings flink;
    try {
      job = job(kafka);
      flink =
          new FlinkSettings(parallelism, checkpointInterval, checkpointDir, restPort, stateBackend);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (runsLocally()) {
      return LocalRun.run(ops, () -> start(job, flink, kafka));
    }
    JobClient unused = start(job, flink, kafka);
    return CommandLine.ExitCode.OK;
  }

  private JobClient start(HistoryJob job, FlinkSettings flink, KafkaConnection kafka)
      throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration(flink));
    TopicRetention.warning(kafka, bounds.maxAge()).ifPresent(LOG::warn);
    KafkaEnds ends = new KafkaEnds(kafka);
    job.build(env, ends.events(), ends.outputs(job.registry()));
    JobClient client = env.executeAsync(JOB_NAME);
    LOG.info("ready");
    return client;
  }

  private HistoryJob job(KafkaConnection kafka) {
    HistoryLimits limits = bounds.limits();
    // Local copies: what is shipped must not drag this command along.
    RedisUrl storeUrl = connections.redisUrl();
    SerializableSupplier<SchemaRegistryClient> registry = kafka::openRegistry;
    SerializableSupplier<HistoryStore> stores =
        () ->
            RedisHistoryStore.ofCurrentView(
                RedisClients.open(storeUrl, RedisTimeouts.DEFAULT), limits);
    return new HistoryJob(
        registry,
        stores,
        BatchSettings.DEFAULT,
        new TriggerSettings(triggerEvents, triggerDelay, triggerMinInterval, bounds.ttl()),
        lateness);
  }

  private static Configuration configuration(FlinkSettings flink) throws IOException {
    if (!runsLocally()) {
      return flink.forCluster(
          StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration());
    }
    Configuration conf = flink.forLocalCluster();
    conf.getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
        .ifPresentOrElse(
            path -> LOG.info("resuming from checkpoint {}", path),
            () -> LOG.info("no checkpoint to resume from: starting from the group's offsets"));
    return conf;
  }

  private static boolean runsLocally() {
    return StreamExecutionEnvironment.areExplicitEnvironmentsAllowed();
  }

  private static final class StateBackendConverter implements ITypeConverter<StateBackend> {
    @Override
    public StateBackend convert(String text) {
      return Arrays.stream(StateBackend.values())
          .filter(backend -> backend.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("'%s' is not rocksdb or hashmap".formatted(text)));
    }
  }
}
