package io.hydra.runtime.retry;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The dependencies of this process by name, with the attempts that failed, and the outages that are
 * open. There is one per process, as there is one log: outages are found out deep inside of clients
 * and of Flink's operators, and are told by the process as a whole.
 */
public final class Outages {
  private static final Outages PROCESS = new Outages();

  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final Set<Outage> open = ConcurrentHashMap.newKeySet();

  /** An outage that is not over; {@code lasted} until now. */
  public record Open(String dependency, Duration lasted, int failures) {}

  Outages() {}

  public static Outages ofProcess() {
    return PROCESS;
  }

  void know(String dependency) {
    failures.computeIfAbsent(dependency, name -> new LongAdder());
  }

  void began(Outage outage) {
    open.add(outage);
  }

  void failed(String dependency) {
    failures.get(dependency).increment();
  }

  void ended(Outage outage) {
    open.remove(outage);
  }

  /** The outages that are not over, the longest first. */
  public List<Open> open() {
    return open.stream()
        .map(Outage::describe)
        .sorted(Comparator.comparing(Open::lasted).reversed())
        .toList();
  }

  /** Tells whether an outage of the dependency is open. */
  public boolean isOpen(String dependency) {
    return open.stream().anyMatch(outage -> outage.dependency().equals(dependency));
  }

  /** Failed attempts by dependency, since the start; also those that never failed. */
  public SortedMap<String, Long> failures() {
    SortedMap<String, Long> counts = new TreeMap<>();
    failures.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }
}
