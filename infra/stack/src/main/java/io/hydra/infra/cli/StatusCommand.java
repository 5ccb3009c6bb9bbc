package io.hydra.infra.cli;

import io.hydra.infra.Json;
import io.hydra.infra.StackException;
import io.hydra.infra.lag.ConsumerLag;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.RunningStack;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what runs. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "What runs, with memory and lag. Exit code 1 unless every component is alive and the start"
            + " has come to its end.")
final class StatusCommand implements Callable<Integer> {
  private static final int TIMEOUT_MS = 5_000;
  private static final long MIB = 1024 * 1024;

  @Spec private CommandSpec spec;
  @Mixin private StackFolder folder;

  @Option(names = "--json", description = "Print JSON")
  private boolean json;

  /** One component; {@code rssBytes} is null where it is not known. */
  record ComponentStatus(String name, long pid, boolean alive, Long rssBytes, String log) {}

  /** The whole stack; {@code lag} and {@code endpoints} are null where there are none. */
  record StackStatus(
      boolean running,
      List<ComponentStatus> components,
      Map<String, Long> lag,
      Endpoints endpoints) {}

  @Override
  public Integer call() throws InterruptedException {
    RunningStack stack = folder.running();
    List<ComponentStatus> components =
        stack.processes().stream().map(StatusCommand::status).toList();
    boolean some = components.stream().anyMatch(ComponentStatus::alive);
    Endpoints endpoints = some ? endpoints(stack) : null;
    // Endpoints are written last: without them the start is under way, or was cut short.
    boolean running = endpoints != null && components.stream().allMatch(ComponentStatus::alive);
    Map<String, Long> lag = endpoints == null || !alive(components) ? null : lag(endpoints);
    StackStatus status = new StackStatus(running, components, lag, endpoints);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(status));
    } else {
      print(status, out);
    }
    return running ? 0 : 1;
  }

  private void print(StackStatus status, PrintWriter out) {
    if (status.components().isEmpty()) {
      out.println("nothing runs in " + folder.dir());
      return;
    }
    for (ComponentStatus each : status.components()) {
      out.printf(
          "%-17s %-5s pid %-8d %8s  %s%n",
          each.name(),
          each.alive() ? "alive" : "DEAD",
          each.pid(),
          each.rssBytes() == null ? "" : each.rssBytes() / MIB + " MiB",
          each.log());
    }
    if (status.endpoints() == null) {
      out.println("not started to the end: wait for hydra up, or run hydra down");
    }
    if (status.endpoints() != null) {
      status.endpoints().metricsUrls().forEach(url -> out.printf("%-24s %s%n", "metrics", url));
    }
    if (status.lag() != null) {
      status.lag().forEach((group, lag) -> out.printf("%-24s lag %d%n", group, lag));
    }
  }

  private static ComponentStatus status(ManagedProcess process) {
    OptionalLong rss = process.residentBytes();
    return new ComponentStatus(
        process.name(),
        process.pid(),
        process.isAlive(),
        rss.isPresent() ? rss.getAsLong() : null,
        process.log().toString());
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

  private static Map<String, Long> lag(Endpoints endpoints) throws InterruptedException {
    Map<String, Object> properties =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            endpoints.bootstrapServers(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            TIMEOUT_MS,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            TIMEOUT_MS / 2);
    Admin admin = Admin.create(properties);
    try {
      return new ConsumerLag(admin).sums();
    } catch (StackException unanswered) {
      return null;
    } finally {
      admin.close(Duration.ZERO);
    }
  }
}
