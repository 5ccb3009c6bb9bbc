package io.hydra.infra.cli;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.RunningStack;
import io.hydra.infra.supervise.Restarts;
import io.hydra.infra.supervise.SupervisorProcess;
import io.hydra.model.base.BaseFiles;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The processes of the embedded stack, or the parts of a deployment elsewhere. */
@Command(
    name = "status",
    description = {
      "Show what runs, with memory, restarts and lag.",
      "A component is ready once it says so itself on its ops server, registry and Redis once they"
          + " answer; alive means that its process runs, and the next line says why not."
          + " Of a deployment elsewhere: whether Kafka, registry and Redis answer, and the lag."
    },
    exitCodeList = {
      "0:the stack has started to the end, every component is ready, and the supervisor, which"
          + " starts again what ends, is alive; elsewhere: all parts answer",
      "1:not so",
      "2:wrong usage"
    })
final class StatusCommand extends HydraCommand {
  private static final long MIB = 1024 * 1024;

  @Mixin private DeploymentOptions where;

  @Option(names = "--json", description = "Print JSON")
  private boolean json;

  /**
   * One component.
   *
   * @param ready false too if it runs and does not answer; null if it is dead, or the stack has not
   *     started to the end
   * @param notReady its reasons; empty if it is ready or nobody asked
   * @param waitingFor dependencies that are away, with since when, ready or not
   * @param rssBytes null where it is not known
   * @param lastExitCode null if it has not ended, or nobody was there to hear it
   * @param lastEndedAt milliseconds since the epoch; null if it has not ended
   * @param nextStartAt milliseconds since the epoch; null unless it waits to be started again
   */
  record ComponentStatus(
      String name,
      long pid,
      boolean alive,
      Boolean ready,
      List<String> notReady,
      List<String> waitingFor,
      Long rssBytes,
      String log,
      int restarts,
      Integer lastExitCode,
      Long lastEndedAt,
      Long nextStartAt) {}

  /** The process that starts again whatever ends. */
  record SupervisorStatus(long pid, boolean alive, Long rssBytes, String log) {}

  /**
   * The whole stack; {@code supervisor}, {@code lag}, {@code deadLetters} (records by topic),
   * {@code canary}, {@code llm}, {@code base} and {@code endpoints} are null where there are none.
   *
   * @param base version of the first that serving has
   * @param nextBase version of the other; null if there is none
   * @param basesChosen versions that answer instead, by tenant, * for all others
   */
  record StackStatus(
      boolean running,
      List<ComponentStatus> components,
      SupervisorStatus supervisor,
      Map<String, Long> lag,
      Map<String, Long> deadLetters,
      Readiness.Canary canary,
      Readiness.Llm llm,
      String base,
      String nextBase,
      Map<String, String> basesChosen,
      Endpoints endpoints) {}

  /**
   * A deployment whose processes run elsewhere, as far as it can be told from here; {@code lag} and
   * {@code deadLetters} are null where they are not known.
   *
   * @param running whether all parts that are named answer
   */
  record DeploymentStatus(
      boolean running, List<Part> parts, Map<String, Long> lag, Map<String, Long> deadLetters) {}

  @Override
  public Integer call() throws InterruptedException {
    Optional<Deployment> elsewhere = where.elsewhere(System.getenv());
    return elsewhere.isPresent() ? elsewhere(elsewhere.get()) : stack(where.folder().running());
  }

  private int elsewhere(Deployment deployment) throws InterruptedException {
    List<Part> parts = new ArrayList<>();
    StatusTopics topics = StatusTopics.UNKNOWN;
    if (deployment.bootstrapServers() != null) {
      KafkaConnection kafka = deployment.kafka();
      String trouble = null;
      try {
        topics = StatusTopics.of(kafka.requireAnswer(), err());
      } catch (UserException e) {
        trouble = e.getMessage();
      }
      parts.add(new Part("kafka", kafka.bootstrapServers(), trouble));
      parts.add(Part.registry(kafka));
    }
    if (deployment.redisUrl() != null) {
      parts.add(Part.redis(deployment.redis()));
    }
    boolean running = parts.stream().allMatch(part -> part.trouble() == null);
    if (json) {
      json(new DeploymentStatus(running, parts, topics.lag(), topics.deadLetters()));
    } else {
      for (Part part : parts) {
        String state = Objects.requireNonNullElse(part.trouble(), "answers");
        say("%-27s %-9s %s", part.name(), state, part.address());
      }
      print(topics);
    }
    return running ? 0 : 1;
  }

  private int stack(RunningStack stack) throws InterruptedException {
    List<ManagedProcess> processes = stack.processes();
    Endpoints endpoints =
        processes.stream().anyMatch(ManagedProcess::isAlive) ? endpoints(stack) : null;
    Map<String, Restarts.Account> restarts =
        stack.restarts().stream()
            .collect(Collectors.toMap(Restarts.Account::name, Function.identity()));
    Deployment deployment = endpoints == null ? null : Deployment.of(stack, endpoints);
    Map<String, Readiness> readiness =
        endpoints == null ? Map.of() : Readiness.ask(deployment, endpoints.metricsUrls());
    Readiness unheard = endpoints == null ? null : Readiness.SILENT;
    List<ComponentStatus> components =
        processes.stream()
            .map(
                each ->
                    status(
                        each,
                        restarts.getOrDefault(each.name(), Restarts.Account.none(each.name())),
                        readiness.getOrDefault(each.name(), unheard)))
            .toList();
    SupervisorStatus supervisor =
        stack
            .supervisor()
            .map(p -> new SupervisorStatus(p.pid(), p.isAlive(), rss(p), p.log().toString()))
            .orElse(null);
    // Endpoints are written last: without them the start is under way, or was cut short.
    boolean running = endpoints != null && components.stream().allMatch(ComponentStatus::alive);
    StatusTopics topics =
        endpoints == null
            ? StatusTopics.UNKNOWN
            : topics(deployment, readiness.containsKey(Component.BROKER.id()));
    Readiness.Canary canary = first(readiness, Readiness::canary);
    Readiness.Llm llm = first(readiness, Readiness::llm);
    List<Path> served = endpoints == null ? List.of() : stack.bases();
    Map<String, String> bases =
        readiness.getOrDefault(Component.REDIS.id(), Readiness.SILENT).ready()
            ? bases(deployment)
            : Map.of();
    if (json) {
      Endpoints shown = endpoints == null ? null : endpoints.withoutPasswords();
      json(
          new StackStatus(
              running,
              components,
              supervisor,
              topics.lag(),
              topics.deadLetters(),
              canary,
              llm,
              version(served, 0),
              version(served, 1),
              bases,
              shown));
    } else if (components.isEmpty()) {
      out().println("nothing runs in " + where.folder().dir());
    } else {
      components.forEach(this::print);
      print(supervisor);
      if (endpoints == null) {
        out().println("not started to the end: wait for hydra up, or run hydra down");
      } else {
        say("%-27s %s", "gateway", endpoints.gatewayUrl());
        say("%-27s %s", "status page", endpoints.statusUrl());
        say("%-27s %s", "LLM", llm(endpoints, components));
        if (llm != null && llm.failures() > 0) {
          say(
              "%-27s gave no reply to %s since serving started, in %s",
              "", Counts.of(llm.failures(), "request"), Counts.of(llm.calls(), "call"));
        }
        print(served);
        bases.forEach(
            (whose, chosen) ->
                say("%-27s %s answers %s", "", chosen, whose.replace("*", "all others")));
        endpoints.metricsUrls().forEach(url -> say("%-27s %s", metricsOf(url, readiness), url));
      }
      print(topics);
      if (canary != null) {
        String passed =
            canary.passedAgo() == null
                ? "has not passed since the gateway started"
                : "passed %d s ago".formatted(canary.passedAgo());
        say("%-27s %s, a round every %d s", "canary", passed, canary.interval());
      }
    }
    boolean ready = components.stream().noneMatch(c -> Boolean.FALSE.equals(c.ready()));
    return running && ready && (supervisor == null || supervisor.alive()) ? 0 : 1;
  }

  private void print(List<Path> bases) {
    String name = "base";
    for (Path folder : bases) {
      say("%-27s %s in %s", name, version(folder).orElse("unreadable,"), folder);
      name = "next base";
    }
  }

  /** Null if there is none, or it cannot be read. */
  private static String version(List<Path> served, int place) {
    return served.stream().skip(place).findFirst().flatMap(StatusCommand::version).orElse(null);
  }

  private static Optional<String> version(Path folder) {
    return Deployment.check(folder).map(BaseFiles.Checked::version);
  }

  /** Null if none tells. */
  private static <T> T first(Map<String, Readiness> readiness, Function<Readiness, T> part) {
    return readiness.values().stream().map(part).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private void print(ComponentStatus each) {
    String state = !each.alive() ? "DEAD" : Boolean.TRUE.equals(each.ready()) ? "ready" : "alive";
    print(each.name(), state, each.pid(), each.rssBytes(), each.log());
    if (!each.notReady().isEmpty()) {
      say("%-27s not ready: %s", "", String.join("; ", each.notReady()));
    }
    each.waitingFor().forEach(outage -> say("%-27s waits for %s", "", outage));
    if (each.lastEndedAt() != null) {
      say(
          "%-27s started again %s; ended last at %s%s%s",
          "",
          each.restarts() == 1 ? "once" : each.restarts() + " times",
          second(each.lastEndedAt()),
          each.lastExitCode() == null ? "" : " with code " + each.lastExitCode(),
          each.nextStartAt() == null ? "" : "; next start at " + second(each.nextStartAt()));
    }
  }

  private void print(SupervisorStatus supervisor) {
    if (supervisor == null) {
      return;
    }
    String state = supervisor.alive() ? "alive" : "DEAD";
    print(SupervisorProcess.NAME, state, supervisor.pid(), supervisor.rssBytes(), supervisor.log());
    if (!supervisor.alive()) {
      out()
          .println(
              "the supervisor is dead, and nothing is started again that ends: run hydra down, then"
                  + " hydra up");
    }
  }

  private void print(String name, String state, long pid, Long rssBytes, String log) {
    String memory = rssBytes == null ? "" : rssBytes / MIB + " MiB";
    say("%-27s %-5s pid %-8d %8s  %s", name, state, pid, memory, log);
  }

  private void print(StatusTopics topics) {
    if (topics.lag() != null) {
      topics.lag().forEach((group, sum) -> say("%-27s lag %s", group, Counts.of(sum, "record")));
    }
    if (topics.deadLetters() != null) {
      topics
          .deadLetters()
          .forEach(
              (topic, count) -> {
                if (count > 0) {
                  say(
                      "%-27s %s: hydra dead-letters says why",
                      topic, Counts.of(count, "dead letter"));
                }
              });
    }
  }

  private static String llm(Endpoints endpoints, List<ComponentStatus> components) {
    boolean simulated =
        components.stream().anyMatch(c -> c.name().equals(Component.SIMULATED_LLM.id()));
    String model = endpoints.llmModel() == null ? "" : ", model " + endpoints.llmModel();
    return endpoints.llmBaseUrl() + (simulated ? ", simulated" : model);
  }

  /** Only the service itself tells whose address it is. */
  private static String metricsOf(String url, Map<String, Readiness> readiness) {
    return readiness.entrySet().stream()
        .filter(each -> url.equals(each.getValue().metricsUrl()))
        .findFirst()
        .map(each -> "metrics of " + each.getKey())
        .orElse("metrics, without an answer");
  }

  private static Instant second(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
  }

  private static ComponentStatus status(
      ManagedProcess process, Restarts.Account account, Readiness told) {
    boolean alive = process.isAlive();
    Readiness readiness = alive ? told : null;
    return new ComponentStatus(
        process.name(),
        process.pid(),
        alive,
        readiness == null ? null : readiness.ready(),
        readiness == null ? List.of() : readiness.reasons(),
        readiness == null ? List.of() : readiness.waitingFor(),
        rss(process),
        process.log().toString(),
        account.count(),
        account.lastExitCode(),
        account.lastEndedAt(),
        account.nextStartAt());
  }

  private static Long rss(ManagedProcess process) {
    return process.residentBytes().stream().boxed().findFirst().orElse(null);
  }

  private static Endpoints endpoints(RunningStack stack) {
    try {
      return stack.endpoints();
    } catch (UserException stillStarting) {
      return null;
    }
  }

  private Map<String, String> bases(Deployment deployment) {
    try {
      return new TreeMap<>(deployment.bases().byTenant());
    } catch (UserException unreadable) {
      note("warning: which bases were chosen is not known: %s", unreadable.getMessage());
      return Map.of();
    }
  }

  private StatusTopics topics(Deployment deployment, boolean brokerAnswers)
      throws InterruptedException {
    try {
      if (!brokerAnswers) {
        // It would be waited for in vain.
        throw new UserException(
            "the broker has not answered within 2 s: ask again, and see its log if that stays");
      }
      return StatusTopics.of(deployment.kafka(), err());
    } catch (UserException unanswered) {
      note("warning: lag and dead letters are not known: %s", unanswered.getMessage());
      return StatusTopics.UNKNOWN;
    }
  }
}
