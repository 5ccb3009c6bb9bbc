package io.hydra.stream.rebuild;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.store.Users;
import io.hydra.schemas.topic.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import redis.clients.jedis.UnifiedJedis;

/** {@link Refit} as a program. */
@Command(
    name = "refit",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    sortOptions = false,
    description = {
      "Has heads of a base fitted for every user who has none, while everything runs.",
      "The trainer must have the base: start it with --base OLD,NEW. Stopped at any moment, it can be"
          + " run again.",
      "Exit codes: 0 done, for some of the requested heads at least; 1 failed, or none of them is"
          + " there; 2 wrong usage."
    })
public final class RefitMain implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private ConnectionOptions connections;

  @Option(names = "--base", paramLabel = "VERSION", description = "The base's version")
  private String base;

  @Option(
      names = "--all",
      description =
          "Fit all heads of all bases again, those that are there too: when Redis was restored from"
              + " a copy")
  private boolean all;

  @Option(
      names = "--per-second",
      paramLabel = "N",
      defaultValue = "0",
      description = "Most requests a second; 0 for as many as the trainer takes (the default)")
  private int perSecond;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return RebuildMain.reporting(Program.commandLine(new RefitMain()), "refit");
  }

  @Override
  public Integer call() throws InterruptedException {
    if ((base == null) != all) {
      throw new ParameterException(spec.commandLine(), "one of --base VERSION and --all is needed");
    }
    if (perSecond < 0) {
      throw new ParameterException(spec.commandLine(), "--per-second must be 0 or more");
    }
    KafkaConnection kafka = connections.kafka();
    SchemaRegistryClient registry = kafka.openRegistry();
    try (UnifiedJedis redis = RedisClients.open(connections.redisUrl(), RedisTimeouts.DEFAULT);
        Admin admin = kafka.openAdmin(PATIENCE);
        HeadRequests requests =
            new KafkaHeadRequests(
                kafka,
                new RegistrySerializer<>(registry, Topic.HEAD_REQUESTS),
                all ? TriggerReason.REBUILT : TriggerReason.REFIT,
                Clock.systemUTC())) {
      Refit.Report report =
          new Refit(
                  new Users(redis),
                  requests,
                  new KafkaTrainerPosition(admin),
                  base,
                  perSecond,
                  System::nanoTime,
                  Sleeper.THREAD,
                  spec.commandLine().getErr()::println)
              .run();
      spec.commandLine().getOut().println(text(report));
      return report.isInVain() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }
  }

  private static String text(Refit.Report report) {
    if (report.requested() == 0) {
      return "nothing to fit: all heads are there";
    }
    String requested = Counts.of(report.requested(), "head") + " requested";
    if (report.foreign() > 0) {
      requested += ", %,d of them of tasks that nobody has heads of".formatted(report.foreign());
    }
    return report.missing() == 0
        ? requested + (report.foreign() > 0 ? "; all others are there" : ", all are there")
        : "%s; still missing are %s, each of one task of one user: hydra dead-letters --topic hydra.head-requests.dlq says why, unless the trainer does not have the base (--base OLD,NEW)"
            .formatted(requested, Counts.of(report.missing(), "head"));
  }
}
