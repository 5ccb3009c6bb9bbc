package io.hydra.stream.rebuild;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.job.HistoryOptions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** {@link Rebuild} as a program. */
@Command(
    name = "rebuild",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    showDefaultValues = true,
    sortOptions = false,
    description = {
      "Rebuilds all histories from the events topic, beside the live job, checks them against"
          + " those in use, switches, and removes the old ones.",
      "The history options must be the stream processor's; a time to live begins again.",
      "Needs room in Redis for all histories once more. Stopped at any moment, it can be run"
          + " again.",
      "Exit codes: 0 done; 1 failed, or refused because items would be lost: the histories in use"
          + " are as they were unless it had switched already; 2 wrong usage."
    })
public final class RebuildMain implements Callable<Integer> {
  /** Threads that decode and write, unless told otherwise. */
  public static final int DEFAULT_WRITERS = 4;

  @Mixin private ConnectionOptions connections;

  @Mixin private HistoryOptions bounds;

  @Option(
      names = "--writers",
      defaultValue = "${env:HYDRA_REBUILD_WRITERS:-" + DEFAULT_WRITERS + "}",
      description = "Threads that decode and write to Redis.")
  private int writers;

  @Option(
      names = "--grace",
      defaultValue = "${env:HYDRA_REBUILD_GRACE:-5s}",
      description =
          "Between the switch and the removal of the old histories, for whoever reads them now.")
  private Duration grace;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Begin at the first record at or after this time (ISO 8601, such as"
              + " 2026-01-31T10:00:00Z), not at the topic's beginning")
  private Instant from;

  @Option(
      names = "--accept-loss",
      description = "Switch even if histories hold items that the topic no longer gives")
  private boolean acceptLoss;

  @Option(
      names = "--finish",
      description = "Only finish a rebuild that was stopped after its switch")
  private boolean finishOnly;

  @Option(
      names = "--limits-changed",
      description =
          "Go by the history options given here even though the stream processor went by others")
  private boolean limitsChanged;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return reporting(Program.commandLine(new RebuildMain()), "rebuild");
  }

  /** A program of this package that says in one line why it failed. */
  static CommandLine reporting(CommandLine program, String name) {
    return program.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(name + ": " + message(failure, name));
          return CommandLine.ExitCode.SOFTWARE;
        });
  }

  private static String message(Exception failure, String name) {
    if (failure instanceof RebuildException
        || failure instanceof CorruptValueException
        || failure instanceof RedisEviction.EvictsException) {
      return failure.getMessage();
    }
    if (failure instanceof JedisException redis) {
      return RedisFault.reason(redis) + "; run the %s again".formatted(name);
    }
    if (failure instanceof KafkaException) {
      return "Kafka fails (%s): run the %s again".formatted(failure.getMessage(), name);
    }
    return "unexpected " + failure;
  }

  @Override
  public Integer call() throws InterruptedException, RedisEviction.EvictsException {
    Rebuild.Settings settings = settings();
    // The stores would wait for another setting, and a rebuild is waited for.
    try (UnifiedJedis redis = redis()) {
      RedisEviction.requireNone(redis);
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    KafkaConnection kafka = connections.kafka();
    TopicRetention.warning(kafka, bounds.maxAge())
        .ifPresent(warning -> err.println("warning: " + warning));
    RebuildReport report = run(settings, kafka, err);
    out.println(report.text());
    if (report.outcome() != RebuildReport.Outcome.REFUSED) {
      return CommandLine.ExitCode.OK;
    }
    err.println(
        "rebuild: refused, nothing was changed: %d items of %d histories are no longer in %s%s; with --accept-loss the new histories go without them"
            .formatted(
                report.loss().items(),
                report.loss().histories(),
                Topic.EVENTS.topicName(),
                from == null ? "" : " from " + from + " on"));
    return CommandLine.ExitCode.SOFTWARE;
  }

  private Rebuild.Settings settings() {
    try {
      if (writers < 1) {
        throw new IllegalArgumentException("--writers must be at least 1");
      }
      return new Rebuild.Settings(
          bounds.limits(), limitsChanged, from, acceptLoss, finishOnly, grace);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private RebuildReport run(Rebuild.Settings settings, KafkaConnection kafka, PrintWriter err)
      throws InterruptedException {
    SchemaRegistryClient registry = kafka.openRegistry();
    try (UnifiedJedis redis = redis();
        EventLog log = new KafkaEventLog(kafka);
        HeadRequests heads = headRequests(kafka, registry)) {
      return new Rebuild(
              redis,
              log,
              () -> new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS)),
              view -> stores(view, settings.limits()),
              heads,
              settings,
              tools(err))
          .run();
    }
  }

  private static HeadRequests headRequests(KafkaConnection kafka, SchemaRegistryClient registry) {
    return new KafkaHeadRequests(
        kafka,
        new RegistrySerializer<>(registry, Topic.HEAD_REQUESTS),
        TriggerReason.REBUILT,
        Clock.systemUTC());
  }

  private static Rebuild.Tools tools(PrintWriter err) {
    return new Rebuild.Tools(Clock.systemUTC(), System::nanoTime, Sleeper.THREAD, err::println);
  }

  private List<HistoryStore> stores(View view, HistoryLimits limits) {
    return Stream.generate(() -> (HistoryStore) RedisHistoryStore.of(redis(), view, limits))
        .limit(writers)
        .toList();
  }

  private UnifiedJedis redis() {
    return RedisClients.open(connections.redisUrl(), RedisTimeouts.DEFAULT);
  }
}
