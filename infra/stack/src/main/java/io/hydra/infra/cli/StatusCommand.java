package io.hydra.infra.cli;

import io.hydra.infra.Json;
import io.hydra.infra.StackException;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.RunningStack;
import io.hydra.infra.supervise.Restarts;
import io.hydra.infra.supervise.SupervisorProcess;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what runs. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "What runs, with memory, restarts and lag. Exit code 1 unless every component is alive, the"
          + " start has come to its end, and the supervisor, which starts again what ends, is"
          + " alive.",
      "Of a deployment elsewhere: whether Kafka, registry and Redis answer, and the lag. Exit code"
          + " 1 unless all answer."
    })
final class StatusCommand implements Callable<Integer> {
  private static final long MIB = 1024 * 1024;

  @Spec private CommandSpec spec;
  @Mixin private DeploymentOptions where;

  @Option(names = "--json", description = "Print JSON")
  private boolean json;

  /**
   * One component.
   *
   * @param rssBytes null where it is not known
   * @param restarts since hydra up
   * @param lastExitCode null if it has not ended, or nobody was there to hear it
   * @param lastEndedAt milliseconds since the epoch; null if it has not ended
   * @param nextStartAt milliseconds since the epoch; null unless it waits to be started again
   */
  record ComponentStatus(
      String name,
      long pid,
      boolean alive,
      Long rssBytes,
      String log,
      int restarts,
      Integer lastExitCode,
      Long lastEndedAt,
      Long nextStartAt) {}

  /** The process that starts again whatever ends. */
  record SupervisorStatus(long pid, boolean alive, Long rssBytes, String log) {}

  /**
   * The whole stack; {@code supervisor}, {@code lag}, {@code deadLetters} (records by topic) and
   * {@code endpoints} are null where there are none.
   */
  record StackStatus(
      boolean running,
      List<ComponentStatus> components,
      SupervisorStatus supervisor,
      Map<String, Long> lag,
      Map<String, Long> deadLetters,
      Endpoints endpoints) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<Deployment> elsewhere = where.elsewhere(System.getenv());
    if (elsewhere.isPresent()) {
      DeploymentStatus status = DeploymentStatus.of(elsewhere.get());
      if (json) {
        out.println(Json.write(status));
      } else {
        status.print(out);
      }
      return status.running() ? 0 : 1;
    }
    RunningStack stack = where.folder().running();
    Map<String, Restarts> restarts =
        stack.restarts().stream().collect(Collectors.toMap(Restarts::name, Function.identity()));
    List<ComponentStatus> components =
        stack.processes().stream().map(p -> status(p, restarts.get(p.name()))).toList();
    SupervisorStatus supervisor = stack.supervisor().map(StatusCommand::supervisor).orElse(null);
    boolean some = components.stream().anyMatch(ComponentStatus::alive);
    Endpoints endpoints = some ? endpoints(stack) : null;
    // Endpoints are written last: without them the start is under way, or was cut short.
    boolean running = endpoints != null && components.stream().allMatch(ComponentStatus::alive);
    TopicStatus topics =
        endpoints == null || !alive(components) ? TopicStatus.UNKNOWN : topics(stack);
    StackStatus status =
        new StackStatus(
            running,
            components,
            supervisor,
            topics.lag(),
            topics.deadLetters(),
            endpoints == null ? null : endpoints.withoutPasswords());
    if (json) {
      out.println(Json.write(status));
    } else {
      print(status, out);
    }
    return running && (supervisor == null || supervisor.alive()) ? 0 : 1;
  }

  private void print(StackStatus status, PrintWriter out) {
    if (status.components().isEmpty()) {
      out.println("nothing runs in " + where.folder().dir());
      return;
    }
    for (ComponentStatus each : status.components()) {
      out.println(line(each.name(), each.alive(), each.pid(), each.rssBytes(), each.log()));
      String history = history(each);
      if (!history.isEmpty()) {
        out.printf("%-17s %s%n", "", history);
      }
    }
    SupervisorStatus supervisor = status.supervisor();
    if (supervisor != null) {
      out.println(
          line(
              SupervisorProcess.NAME,
              supervisor.alive(),
              supervisor.pid(),
              supervisor.rssBytes(),
              supervisor.log()));
      if (!supervisor.alive()) {
        out.println(
            "the supervisor is dead, and nothing is started again that ends: run hydra down, then"
                + " hydra up");
      }
    }
    if (status.endpoints() == null) {
      out.println("not started to the end: wait for hydra up, or run hydra down");
    }
    if (status.endpoints() != null) {
      status.endpoints().metricsUrls().forEach(url -> out.printf("%-24s %s%n", "metrics", url));
    }
    new TopicStatus(status.lag(), status.deadLetters()).print(out);
  }

  private static String line(String name, boolean alive, long pid, Long rssBytes, String log) {
    return "%-17s %-5s pid %-8d %8s  %s"
        .formatted(
            name,
            alive ? "alive" : "DEAD",
            pid,
            rssBytes == null ? "" : rssBytes / MIB + " MiB",
            log);
  }

  /** Empty if it has never ended. */
  private static String history(ComponentStatus each) {
    if (each.lastEndedAt() == null) {
      return "";
    }
    return "started again %d times; ended last at %s with %s%s"
        .formatted(
            each.restarts(),
            Instant.ofEpochMilli(each.lastEndedAt()).truncatedTo(ChronoUnit.SECONDS),
            each.lastExitCode() == null ? "an unknown code" : "code " + each.lastExitCode(),
            each.nextStartAt() == null
                ? ""
                : "; next start at "
                    + Instant.ofEpochMilli(each.nextStartAt()).truncatedTo(ChronoUnit.SECONDS));
  }

  private static ComponentStatus status(ManagedProcess process, Restarts known) {
    return new ComponentStatus(
        process.name(),
        process.pid(),
        process.isAlive(),
        rss(process),
        process.log().toString(),
        known == null ? 0 : known.count(),
        known == null ? null : known.lastExitCode(),
        known == null ? null : known.lastEndedAt(),
        known == null ? null : known.nextStartAt());
  }

  private static SupervisorStatus supervisor(ManagedProcess process) {
    return new SupervisorStatus(
        process.pid(), process.isAlive(), rss(process), process.log().toString());
  }

  private static Long rss(ManagedProcess process) {
    OptionalLong rss = process.residentBytes();
    return rss.isPresent() ? rss.getAsLong() : null;
  }

  private static boolean alive(List<ComponentStatus> components) {
    return components.stream().anyMatch(c -> c.name().equals(Component.BROKER.id()) && c.alive());
  }

  private static Endpoints endpoints(RunningStack stack) {
    try {
      return stack.endpoints();
    } catch (StackException stillStarting) {
      return null;
    }
  }

  private static TopicStatus topics(RunningStack stack) throws InterruptedException {
    try {
      return TopicStatus.read(Deployment.of(stack).kafka());
    } catch (StackException unanswered) {
      return TopicStatus.UNKNOWN;
    }
  }
}
