package io.hydra.infra.bench.serving;

import io.hydra.infra.bench.StackBench;
import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.infra.bench.figure.CpuTimes.Use;
import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.bench.heads.MadeUp;
import io.hydra.infra.bench.heads.MadeUpBase;
import io.hydra.infra.bench.serving.QueryLoad.Answer;
import io.hydra.infra.bench.serving.QueryLoad.Asked;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.llm.CannedEndpoint;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.service.Closer;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import redis.clients.jedis.RedisClient;

/** Measures the way from a query to its answer, beside consumers that only ask the LLM. */
@Command(
    name = "serving",
    description = {
      "Measures how long an answer takes, from topic to topic, and how much of it is not the LLM's:"
          + " queries of users with full histories at fixed rates, into a throw-away stack of all"
          + " components on this machine, with an LLM that answers at once or after --llm-delay.",
      "After it, at the same rates and with serving stopped, which favours them: a consumer that asks"
          + " the LLM once for each query in turn, one such consumer per partition, and the same with"
          + " the user's 20 latest events in the prompt. HYDRA_SERVING_SAVE_CALLS and all other variables of"
          + " the services count."
    })
public final class ServingCommand extends StackBench {
  private static final String TASK = "LaMP_3";
  private static final String LLM_STAGE = "llm";
  private static final String TOTAL_STAGE = "total";
  private static final double MICROS_PER_MS = 1e3;
  private static final double BYTES_PER_KB = 1e3;
  private static final int LATEST = 20;
  private static final Duration FILL = Duration.ofMinutes(10);

  /** A counter that moves with each collection. */
  private static final Pattern ALLOCATED =
      Pattern.compile("(?m)^jvm_gc_memory_allocated_bytes_total (\\S+)$");

  @Option(names = "--rate", split = ",", description = "Queries a second, one after the other.")
  private List<Integer> rates = List.of(10, 100);

  @Option(names = "--seconds", description = "Measured seconds at each rate.")
  private int seconds = 30;

  @Option(names = "--warm-up", description = "Seconds at the highest rate before the first.")
  private int warmUp = 20;

  @Option(names = "--users", description = "Users who ask, drawn evenly.")
  private int users = 300;

  @Option(names = "--items", description = "Items of each user's history.")
  private int items = 200;

  @Option(names = "--llm-delay", description = "Time that the LLM takes, as 2s.")
  private Duration llmDelay = Duration.ZERO;

  @Option(names = "--deadline", description = "Of each query, as 10s.")
  private Duration deadline = Duration.ofSeconds(10);

  @Option(names = "--alone", description = "Leave the plain consumers out.")
  private boolean alone;

  @Option(names = "--seed", description = "Of all that is made up.")
  private long seed = 1;

  private CannedEndpoint llm;

  private ServingCommand() {}

  /**
   * The answers at one rate.
   *
   * @param allocated bytes that serving allocated; NaN where it did not run
   */
  private record Run(String who, int rate, Asked asked, Use cpu, double allocated) {
    double kilobytes() {
      return allocated / asked.answers().size() / BYTES_PER_KB;
    }

    /** Serving's CPU time of an answer; NaN where it did not run. */
    double servingMillis() {
      return cpu.microsPerEvent().getOrDefault(Component.SERVING.id(), Double.NaN) / MICROS_PER_MS;
    }

    Quantiles latency() {
      return quantiles(Answer::millis);
    }

    Quantiles quantiles(ToDoubleFunction<Answer> millis) {
      return Quantiles.of(asked.answers().stream().mapToDouble(millis).filter(Double::isFinite));
    }
  }

  @Override
  protected void check() {
    requirePositive(seconds, warmUp, users, items);
    requirePositive(rates.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  protected StackConfig config(Closer owner) {
    try {
      llm = owner.own(CannedEndpoint.start(llmDelay));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return super.config(owner).withLlm(new LlmSettings.External(llm.baseUrl(), "canned"));
  }

  @Override
  protected void measure(EmbeddedStack stack) throws IOException, InterruptedException {
    TaskSpec task = TaskCatalogue.shipped().find(TASK).orElseThrow();
    stack.startInfrastructure();
    Path folder = dir().resolve("base");
    String baseVersion = MadeUpBase.write(TASK, seed, folder);
    stack.startServices(folder, Map.of());
    fill(stack, task, baseVersion);
    List<Run> runs = new ArrayList<>();
    try (QueryLoad load = new QueryLoad(stack.endpoints(), task, users, deadline, seed)) {
      measure("hydra", stack, load, runs);
      if (!alone) {
        stack.kill(Component.SERVING);
        measure("plain consumer", 1, 0, stack, load, runs);
        measure("one a partition", StackConfig.DEFAULT_PARTITIONS, 0, stack, load, runs);
        measure("with latest events", StackConfig.DEFAULT_PARTITIONS, LATEST, stack, load, runs);
      }
    }
    print(runs);
  }

  /** Writes everybody's history, and waits until the heads have seen all of it. */
  private void fill(EmbeddedStack stack, TaskSpec task, String baseVersion)
      throws InterruptedException {
    err().printf("filling %,d histories of %d items…%n", users, items);
    MadeUp data = new MadeUp(seed + 1);
    Instant from = Instant.now().minus(Duration.ofDays(1));
    List<UserKey> all = IntStream.range(0, users).mapToObj(QueryLoad::user).toList();
    try (BehaviorEventPublisher publisher =
        BehaviorEventPublisher.connect(
            new HydraConnection(
                stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl()))) {
      for (int i = 0; i < items; i++) {
        for (UserKey user : all) {
          HistoryItem item = data.item(task);
          var unused =
              publisher.publish(
                  BehaviorEvents.interaction(
                      item.eventId(),
                      user,
                      task.id(),
                      from.plusSeconds(i),
                      item.input(),
                      item.output()));
        }
      }
    }
    try (RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()))) {
      long end = System.nanoTime() + FILL.toNanos();
      while (UserStateReader.readHeads(redis, all, task.id(), baseVersion).stream()
          .anyMatch(heads -> heads.historyVersion() < items)) {
        if (System.nanoTime() > end) {
          throw new UserException("not every head was there in " + FILL);
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }

  private void measure(
      String who, int consumers, int events, EmbeddedStack stack, QueryLoad load, List<Run> runs)
      throws InterruptedException {
    try (PlainConsumers plain =
        new PlainConsumers(stack.endpoints(), llm.baseUrl(), consumers, events)) {
      measure(who, stack, load, runs);
    }
  }

  private void measure(String who, EmbeddedStack stack, QueryLoad load, List<Run> runs)
      throws InterruptedException {
    err().println(who + ": warming up…");
    Asked unused =
        load.run(
            rates.stream().mapToInt(Integer::intValue).max().orElseThrow(),
            Duration.ofSeconds(warmUp));
    for (int rate : rates) {
      err().printf("%s: %d queries a second… ", who, rate);
      double allocated = allocated(stack);
      CpuTimes before = CpuTimes.now(stack.processes(), "bench");
      Asked asked = load.run(rate, Duration.ofSeconds(seconds));
      CpuTimes after = CpuTimes.now(stack.processes(), "bench");
      Use cpu = Use.between("%s, %d/s".formatted(who, rate), asked.answers().size(), before, after);
      Run run = new Run(who, rate, asked, cpu, allocated(stack) - allocated);
      Quantiles latency = run.latency();
      err()
          .printf(
              "p50 %s ms, p99 %s ms%n",
              Figures.number(latency.p50()), Figures.number(latency.p99()));
      runs.add(run);
    }
  }

  /** Bytes that serving has allocated; NaN where it does not run. */
  private double allocated(EmbeddedStack stack) throws InterruptedException {
    for (String url : stack.endpoints().metricsUrls()) {
      try {
        String page = get(url).body();
        Matcher found = ALLOCATED.matcher(page);
        if (page.contains("hydra_serving_queries_total") && found.find()) {
          return Double.parseDouble(found.group(1));
        }
      } catch (IOException e) {
        // Of a component that was killed.
      }
    }
    return Double.NaN;
  }

  private void print(List<Run> runs) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TOPIC TO TOPIC", "RATE", "ANSWERED", "NOT", "p50 ms", "p99 ms", "p99.9 ms"));
    for (Run run : runs) {
      rows.add(row(run.who(), run.rate(), run.latency(), Integer.toString(run.asked().failed())));
    }
    out().println(TextTable.of(rows, column -> column > 0));
    List<List<String>> parts = new ArrayList<>();
    parts.add(List.of("OF IT", "RATE", "ANSWERS", "NOTE", "p50 ms", "p99 ms", "p99.9 ms"));
    for (Run run : runs) {
      if (Double.isNaN(run.servingMillis()) || run.asked().answers().isEmpty()) {
        continue;
      }
      parts.add(row("asked late", run.rate(), run.quantiles(Answer::millisLate), ""));
      parts.add(
          row(
              "before serving",
              run.rate(),
              run.quantiles(
                  answer -> answer.millisToAnswer() - stages(answer.response()).get(TOTAL_STAGE)),
              ""));
      parts.add(
          row(
              "all but the LLM",
              run.rate(),
              run.quantiles(answer -> own(answer.response())),
              "%s ms CPU, %s kB"
                  .formatted(
                      Figures.number(run.servingMillis()), Figures.number(run.kilobytes()))));
      for (String stage : stages(run)) {
        parts.add(
            row(
                "  " + stage,
                run.rate(),
                run.quantiles(answer -> stages(answer.response()).getOrDefault(stage, Double.NaN)),
                ""));
      }
      parts.add(
          row(
              "after the answer",
              run.rate(),
              run.quantiles(answer -> answer.millis() - answer.millisToAnswer()),
              ""));
      Quantiles unasked =
          run.quantiles(
              answer -> answer.response().getLlmCalls() == 0 ? answer.millis() : Double.NaN);
      if (unasked.count() > 0) {
        parts.add(row("no call, topic to topic", run.rate(), unasked, ""));
      }
    }
    out().println(TextTable.of(parts, column -> column > 0));
    List<Use> cpu = runs.stream().map(Run::cpu).toList();
    out().print(Use.table("PROCESSORS IN USE", cpu, Use::processors));
  }

  private static List<String> row(String name, int rate, Quantiles of, String note) {
    return List.of(
        name,
        Integer.toString(rate),
        Integer.toString(of.count()),
        note,
        Figures.number(of.p50()),
        Figures.number(of.p99()),
        Figures.number(of.p999()));
  }

  private static List<String> stages(Run run) {
    return run.asked().answers().stream()
        .flatMap(answer -> stages(answer.response()).keySet().stream())
        .filter(stage -> !stage.equals(TOTAL_STAGE))
        .distinct()
        .toList();
  }

  private static double own(Response response) {
    Map<String, Double> stages = stages(response);
    return stages.get(TOTAL_STAGE) - stages.getOrDefault(LLM_STAGE, 0.0);
  }

  /** Milliseconds by stage. */
  private static Map<String, Double> stages(Response response) {
    Map<String, Double> stages = new LinkedHashMap<>();
    for (StageTiming timing : response.getTimings()) {
      stages.put(timing.getStage(), timing.getMicros() / MICROS_PER_MS);
    }
    return stages;
  }
}
