package io.hydra.trainer;

import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.trainer.head.Bases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import redis.clients.jedis.UnifiedJedis;

/** Keeps every user's heads up to their history: head requests in, heads out, then into Redis. */
@Command(
    name = "trainer",
    mixinStandardHelpOptions = true,
    description = "Updates users' heads from their histories.")
public final class TrainerMain implements Callable<Integer> {
  @Mixin private ConnectionOptions connections;

  @Option(
      names = "--base",
      required = true,
      defaultValue = "${env:HYDRA_BASE}",
      paramLabel = "DIR",
      arity = "1",
      split = ",",
      description =
          "The base, as train-base wrote it. With a second one behind a comma, and no more, heads"
              + " are kept up for both, so that serving can change from one to the other.")
  private List<Path> base;

  @Option(
      names = "--state-dir",
      defaultValue = "${env:HYDRA_TRAINER_STATE_DIR:-state}",
      paramLabel = "DIR",
      description =
          "Where heads and what users were shown, texts included, are kept between restarts."
              + " Default: ${DEFAULT-VALUE}.")
  private Path stateDir;

  @Option(
      names = "--commit-interval-ms",
      defaultValue = "${env:HYDRA_TRAINER_COMMIT_INTERVAL_MS:-1000}",
      paramLabel = "MS",
      description =
          "How often a transaction is committed: outcomes of verdicts are visible only then, and a"
              + " trainer that takes over handles what came since once more. Default:"
              + " ${DEFAULT-VALUE}.")
  private int commitIntervalMs;

  @Option(
      names = "--threads",
      defaultValue = "${env:HYDRA_TRAINER_THREADS:-0}",
      description =
          "Threads that fit heads, as many as the topics have partitions at most; 0 for one per"
              + " core. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--history-ttl",
      defaultValue = "${env:HYDRA_HISTORY_TTL:-0ms}",
      description =
          "Heads that were not fitted again for this long expire in Redis: the time to live of"
              + " histories, as the stream processor has it; 0ms for never.")
  private Duration historyTtl;

  @Option(
      names = "--verdict-window",
      defaultValue = "${env:HYDRA_VERDICT_WINDOW:-7d}",
      description =
          "How long after an answer a verdict on it may come and still teach. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration verdictWindow;

  @Option(
      names = "--verdict-weights",
      defaultValue = "${env:HYDRA_VERDICT_WEIGHTS:-" + VerdictWeights.DEFAULT_TEXT + "}",
      paramLabel = "KIND=W,...",
      description =
          "How much a verdict of each kind counts, beside something written unasked, which counts"
              + " 1: accepted, rejected, chose, edited, rated; 0 teaches nothing. Default:"
              + " ${DEFAULT-VALUE}.")
  private String verdictWeights;

  @Mixin private OpsOptions ops;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Program.commandLine(new TrainerMain());
  }

  @Override
  public Integer call() throws Exception {
    if (verdictWindow.isNegative() || verdictWindow.isZero()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--verdict-window must be above zero");
    }
    if (threads < 0) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--threads must be 0 or more");
    }
    return Service.run("trainer", ops, this::serve);
  }

  private void serve(Service service) throws InterruptedException {
    UnifiedJedis redis =
        service.own(RedisClients.open(connections.redisUrl(), RedisTimeouts.DEFAULT));
    // The base comes first: whoever has joined is given partitions.
    VerdictWeights weights = VerdictWeights.parse(verdictWeights);
    Bases bases = new Bases(PersonalModel.loadAll(base, weights));
    bases.models().forEach(PersonalModel::warmUp);
    new Trainer(
            bases,
            connections.kafka(),
            redis,
            historyTtl,
            verdictWindow,
            stateDir,
            threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
            commitIntervalMs)
        .run(service);
  }
}
