package io.hydra.infra.cli;

import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.infra.demo.Demo;
import io.hydra.infra.demo.Demo.Progress;
import io.hydra.infra.demo.DemoReport;
import io.hydra.infra.demo.HistoryCheck;
import io.hydra.infra.demo.PeakMemory;
import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.RunningStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.infra.stack.StackConfig.Tuning;
import io.hydra.infra.training.BaseTraining;
import io.hydra.infra.training.TrainingData;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole path on the embedded stack, from events to personalized answers. */
@Command(
    name = "demo",
    description = {
      "Run the whole path once, from events to personalized answers, and check what must hold.",
      "Starts the embedded stack, streams users' events through it, asks their questions with and"
          + " without personalization, and stops everything again.",
      "Works in the folder demo below --dir, which it empties first.",
      "Without HYDRA_LLM_BASE_URL (and HYDRA_LLM_MODEL, HYDRA_LLM_API_KEY) a simulated LLM"
          + " answers."
    },
    exitCodeList = {
      "0:every check held",
      "1:a check failed, or the demo could not go on, and the output says why",
      "2:wrong usage"
    })
final class DemoCommand extends HydraCommand {
  @Mixin private StackFolder folder;
  @Mixin private UpCommand.PortOptions ports;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Users to stream, in LaMP's layout (train_* and dev_* files). Default: a sample that this"
              + " command makes itself")
  private Path data;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description = "A trained base. Default: one is trained on the data's train_* files first")
  private Path base;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write what was found as JSON; a file of that name is removed at the start. A demo that"
              + " cannot go on to its end writes none")
  private Path report;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the sample that is made without --data. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Override
  public Integer call() throws InterruptedException {
    Progress progress = new Progress(out());
    Path dir = folder.dir().resolve("demo");
    HistoryLimits bounds = HistoryCheck.limits(System.getenv());
    clear(dir);
    RunningStack.claim(dir);
    if (report != null) {
      makeWayFor(report.toAbsolutePath());
    }
    if (data == null) {
      progress.say("a sample of readers with tastes of their own (seed %d)".formatted(seed));
    }
    TrainingData training = new TrainingData(data, dir, seed);
    Path prior = training.llmPrior();
    LampSplit dev = LampReader.read(training.folder(), "dev");
    TaskSpec task = task(dev, training.folder());
    LlmSettings llm = LlmSettings.from(System.getenv(), List.of(prior));
    boolean simulated = llm instanceof LlmSettings.Simulated;
    if (simulated) {
      progress.say(
          "no LLM is configured: a SIMULATED one answers (set HYDRA_LLM_BASE_URL for a real one)");
    }
    llm.warning().ifPresent(progress::say);
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(Threads.daemons("hydra-memory"));
    BaseTraining trainer =
        new BaseTraining(StackFolder.home(), dir.resolve("logs/base-training.log"));
    try (EmbeddedStack stack = EmbeddedStack.create(config(dir, llm), progress::say);
        PeakMemory memory =
            new PeakMemory(
                () -> stack.residentBytes() + trainer.residentBytes(),
                scheduler,
                PeakMemory.DEFAULT_INTERVAL)) {
      Path served = base == null ? dir.resolve("base") : base;
      trainer.start(stack, served, training, llm, progress::say);
      String baseVersion = BaseFiles.check(served).version();
      Demo.Outcome outcome =
          new Demo(stack.endpoints(), task, dev, baseVersion, bounds, progress)
              .run(simulated, memory::peakBytes);
      if (report != null) {
        Json.writeAtomically(report.toAbsolutePath(), outcome.report());
      }
      print(outcome);
      if (report != null) {
        line("report written to %s", report);
      }
      printResult(outcome.report(), dir.resolve("logs"));
      return outcome.report().passed() ? 0 : 1;
    } finally {
      scheduler.shutdownNow();
    }
  }

  StackConfig config(Path dir, LlmSettings llm) {
    return StackConfig.defaults(StackFolder.home(), dir)
        .withTuning(Tuning.of(Optimization.NEVER))
        .withPorts(ports.ports())
        .withLlm(llm);
  }

  private static TaskSpec task(LampSplit split, Path source) {
    return TaskCatalogue.shipped()
        .find(split.taskId())
        .orElseThrow(() -> new UserException("%s: no task %s".formatted(source, split.taskId())));
  }

  private void print(Demo.Outcome outcome) {
    DemoReport found = outcome.report();
    out().println();
    outcome.table().forEach(out()::println);
    line("%n%-14s %10s %14s", found.task(), "plain", "personalized");
    found
        .plain()
        .forEach(
            (metric, plain) ->
                line("  %-12s %10.3f %14.3f", metric, plain, found.personalized().get(metric)));
    out().println();
    printTimes("event to history", found.eventToHistoryMs());
    printTimes("event to head", found.eventToHeadMs());
    printTimes("feedback to head", found.feedbackToHeadMs());
    if (found.firstAnswerSeconds() != null) {
      line("first personalized answer after %.1f s", found.firstAnswerSeconds());
    }
    if (found.peakRssBytes() != null) {
      line("peak memory of all processes %.2f GiB", found.peakRssBytes() / 1073741824.0);
    }
    DemoReport.Llm llm = found.llm();
    line(
        "LLM %s%s: %d calls, %d prompt and %d completion tokens%n",
        llm.model(),
        llm.simulated() ? " (SIMULATED)" : "",
        llm.calls(),
        llm.promptTokens(),
        llm.completionTokens());
    for (DemoReport.Check check : found.checks()) {
      line("%-6s %-22s %s", check.ok() ? "ok" : "FAILED", check.name(), check.detail());
    }
  }

  private void printTimes(String what, DemoReport.Percentiles times) {
    line("%-16s   p50 %6.1f ms   p99 %6.1f ms", what, times.p50(), times.p99());
  }

  /** The last two lines: what came of it, and what to do next. */
  private void printResult(DemoReport found, Path logs) {
    int all = found.checks().size();
    List<String> failed =
        found.checks().stream().filter(check -> !check.ok()).map(DemoReport.Check::name).toList();
    if (failed.isEmpty()) {
      String metric = found.plain().keySet().iterator().next();
      line(
          "%nresult: all %d checks held; %s %.3f plain, %.3f personalized",
          all, metric, found.plain().get(metric), found.personalized().get(metric));
      line("next: hydra up leaves a stack running, for hydra load and hydra ask");
    } else {
      String names = String.join(", ", failed);
      line("%nresult: %d of %d checks FAILED: %s", failed.size(), all, names);
      line("next: read the logs in %s, or run it again", logs);
    }
    out().flush();
  }

  private void line(String format, Object... values) {
    out().printf(Locale.ROOT, format + "%n", values);
  }

  /** Each demo starts from nothing, so that what it checks is its own doing. */
  private static void clear(Path dir) {
    if (!Files.exists(dir)) {
      return;
    }
    if (!new RunDirectory(dir.resolve("run")).alive().isEmpty()) {
      throw new UserException(
          "a demo is running in %s already; wait for it, or stop it".formatted(dir));
    }
    PrivateFiles.remove(dir);
    if (Files.exists(dir)) {
      throw new UserException("%s cannot be emptied: remove it".formatted(dir));
    }
  }

  /**
   * A report of an earlier demo must not be taken for that of one which ends without any, and a
   * place that cannot be written is told before the work and not after it.
   */
  private static void makeWayFor(Path report) {
    try {
      Files.createDirectories(report.getParent());
      Files.deleteIfExists(report);
      Files.delete(Files.createTempFile(report.getParent(), "report", ".new"));
    } catch (IOException e) {
      throw new UserException("--report %s cannot be written: %s".formatted(report, e), e);
    }
  }
}
