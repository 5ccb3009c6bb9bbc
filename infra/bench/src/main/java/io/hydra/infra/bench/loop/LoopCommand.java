package io.hydra.infra.bench.loop;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.bench.StackBench;
import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.infra.bench.figure.CpuTimes.Use;
import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.bench.figure.ProbePoller;
import io.hydra.infra.bench.heads.MadeUpBase;
import io.hydra.infra.bench.loop.LoopLoad.HeadProbe;
import io.hydra.infra.bench.loop.LoopLoad.HeadProbe.Kind;
import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ModuleMain;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.store.UserStateReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/**
 * Measures the learning loop: from an event, and from a verdict, to the head in Redis; then a refit
 * of everybody, and a trainer that has lost its state.
 */
@Command(
    name = "loop",
    description = {
      "Measures how soon a head has learned: events and verdicts at a fixed rate into a throw-away"
          + " stack of all components on this machine, until the head that has seen them is in"
          + " Redis. Then has all heads fitted again, and the trainer lose its state.",
      "HYDRA_TRIGGER_DELAY, HYDRA_TRAINER_COMMIT_INTERVAL_MS and all other variables of the"
          + " services count."
    })
public final class LoopCommand extends StackBench {
  private static final String TASK = "LaMP_2N";
  private static final double MS_PER_SECOND = 1e3;
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration RESTORED = Duration.ofMinutes(5);
  private static final String REFIT = "io.hydra.stream.rebuild.RefitMain";
  private static final int REFIT_HEAP_MIB = 256;

  /** Metrics of the services, as the status page reads them. */
  private static final List<String> STAGES =
      List.of(
          "flink_taskmanager_job_task_operator_hydra_event_to_history_seconds",
          "hydra_trainer_request_to_head_seconds",
          "hydra_trainer_fit_seconds");

  @Option(names = "--rate", description = "Events a second, verdicts among them.")
  private int rate = 1_000;

  @Option(names = "--verdict-every", description = "One event in so many is a verdict.")
  private int verdictEvery = 10;

  @Option(names = "--users", description = "Users who write, drawn evenly.")
  private int users = 5_000;

  @Option(names = "--judges", description = "Users who give verdicts, drawn evenly.")
  private int judges = 1_000;

  @Option(names = "--warm-up", description = "Seconds before the measured ones.")
  private int warmUp = 30;

  @Option(names = "--seconds", description = "Measured seconds.")
  private int seconds = 60;

  @Option(names = "--seed", description = "Of all that is made up.")
  private long seed = 1;

  private LoopCommand() {}

  @Override
  protected void check() {
    requirePositive(rate, verdictEvery, users, judges, seconds);
  }

  @Override
  protected void measure(EmbeddedStack stack) throws IOException, InterruptedException {
    TaskSpec task = TaskCatalogue.shipped().find(TASK).orElseThrow();
    stack.startInfrastructure();
    Path folder = dir().resolve("base");
    String baseVersion = MadeUpBase.write(TASK, seed, folder);
    stack.startServices(folder, Map.of());
    try (RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()));
        LoopLoad load =
            new LoopLoad(
                stack.endpoints().bootstrapServers(),
                RegistryClients.open(stack.endpoints().schemaRegistryUrl()),
                task,
                users,
                judges,
                verdictEvery,
                seed);
        ProbePoller<HeadProbe> poller = poller(redis, baseVersion);
        ProbePoller<HeadProbe> later = poller(redis, baseVersion)) {
      err().println("warming up…");
      load.run(rate, Duration.ofSeconds(warmUp), probe -> {});
      err().println("measuring…");
      poller.start();
      CpuTimes before = CpuTimes.now(stack.processes(), "bench");
      load.run(rate, Duration.ofSeconds(seconds), poller::add);
      CpuTimes after = CpuTimes.now(stack.processes(), "bench");
      print(poller.finish(GRACE));
      List<Use> cpu =
          List.of(Use.between(rate + " events/s", (double) rate * seconds, before, after));
      out().print("\n" + Use.table("PROCESSORS IN USE", cpu, Use::processors));
      out().print("\n" + Use.table("µs OF CPU AN EVENT", cpu, Use::microsPerEvent));
      tellStages(stack);
      refit(stack);
      loseState(stack, load, later);
    }
  }

  private static ProbePoller<HeadProbe> poller(UnifiedJedis redis, String baseVersion) {
    return new ProbePoller<>(probes -> areIn(redis, baseVersion, probes), HeadProbe::sentNanos);
  }

  private static List<Boolean> areIn(
      UnifiedJedis redis, String baseVersion, List<HeadProbe> probes) {
    List<Heads> heads =
        UserStateReader.readHeads(
            redis, probes.stream().map(HeadProbe::user).toList(), TASK, baseVersion);
    return IntStream.range(0, probes.size())
        .mapToObj(i -> probes.get(i).isIn(heads.get(i)))
        .toList();
  }

  private void print(ProbePoller.Result<HeadProbe> result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TO THE HEAD, FROM", "PROBES", "p50 ms", "p99 ms", "p99.9 ms", "LONGEST ms"));
    for (Kind kind : Kind.values()) {
      Quantiles latency = result.latency(probe -> probe.kind() == kind);
      rows.add(
          List.of(
              kind == Kind.EVENT ? "event" : "verdict",
              Integer.toString(latency.count()),
              Figures.number(latency.p50()),
              Figures.number(latency.p99()),
              Figures.number(latency.p999()),
              Figures.number(latency.max())));
    }
    out().print(TextTable.of(rows, column -> column > 0));
    if (result.unseen() > 0) {
      out().printf("%d probes were NEVER SEEN%n", result.unseen());
    }
  }

  private void tellStages(EmbeddedStack stack) throws IOException, InterruptedException {
    JsonNode overview =
        Json.parse(get(stack.endpoints().statusUrl() + "/overview").body(), JsonNode.class);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("OF IT, IN THE LAST MINUTE", "A SECOND", "p50 ms", "p99 ms"));
    for (String stage : STAGES) {
      JsonNode times = overview.path("figures").path("distributions").path(stage).path("");
      rows.add(
          List.of(
              stage.replaceFirst(".*hydra_", ""),
              Figures.number(times.path("perSecond").asDouble(Double.NaN)),
              Figures.number(times.path("p50").asDouble(Double.NaN) * MS_PER_SECOND),
              Figures.number(times.path("p99").asDouble(Double.NaN) * MS_PER_SECOND)));
    }
    out().print("\n" + TextTable.of(rows, column -> column > 0));
  }

  private void refit(EmbeddedStack stack) throws InterruptedException {
    out().println("\nREFIT OF ALL HEADS");
    out().flush();
    Map<String, String> environment = stack.endpoints().environment();
    String module = Component.STREAM_PROCESSOR.module();
    List<String> all = List.of("--all");
    if (new ModuleMain(home()).run(module, REFIT, REFIT_HEAP_MIB, all, e -> e.putAll(environment))
        != 0) {
      throw new UserException("the refit failed");
    }
  }

  private void loseState(EmbeddedStack stack, LoopLoad load, ProbePoller<HeadProbe> poller)
      throws IOException, InterruptedException {
    stack.kill(Component.TRAINER);
    long killed = System.nanoTime();
    Path state = dir().resolve(Component.TRAINER.id());
    long bytes;
    try (Stream<Path> files = Files.walk(state)) {
      bytes = files.mapToLong(file -> file.toFile().length()).sum();
    }
    PrivateFiles.remove(state);
    stack.restart(Component.TRAINER);
    poller.start();
    load.run(users / 100.0, Duration.ofSeconds(1), poller::add);
    int unseen = poller.finish(RESTORED).unseen();
    out()
        .printf(
            "%nTHE TRAINER'S STATE, %,d bytes, DELETED: %d ms until heads are fitted (%d not)%n",
            bytes, Duration.ofNanos(System.nanoTime() - killed).toMillis(), unseen);
  }
}
