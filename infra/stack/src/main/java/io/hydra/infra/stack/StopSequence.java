package io.hydra.infra.stack;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.RunDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Stops services while what they need still runs, then the rest. */
final class StopSequence {
  private StopSequence() {}

  /**
   * SIGTERM to all of a kind at once, SIGKILL to those left after {@code grace}; forgets those that
   * are gone.
   *
   * @return those that are still there, which takes a process that even SIGKILL does not end
   */
  static List<ManagedProcess> run(List<ManagedProcess> processes, RunDirectory runs, Duration grace)
      throws InterruptedException {
    Map<Boolean, List<ManagedProcess>> byKind =
        processes.stream().collect(Collectors.partitioningBy(StopSequence::isInfrastructure));
    stopTogether(byKind.get(false), grace);
    stopTogether(byKind.get(true), grace);
    List<ManagedProcess> left = processes.stream().filter(ManagedProcess::isAlive).toList();
    processes.stream().filter(p -> !left.contains(p)).forEach(p -> runs.remove(p.name()));
    return left;
  }

  private static void stopTogether(List<ManagedProcess> processes, Duration grace)
      throws InterruptedException {
    processes.forEach(ManagedProcess::terminate);
    long deadline = System.nanoTime() + grace.toNanos();
    for (ManagedProcess process : processes) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!process.awaitExit(Duration.ofNanos(left))) {
        process.kill();
      }
    }
    for (ManagedProcess process : processes) {
      boolean unused = process.awaitExit(grace);
    }
  }

  private static boolean isInfrastructure(ManagedProcess process) {
    return Component.byId(process.name()).map(Component::isInfrastructure).orElse(false);
  }
}
