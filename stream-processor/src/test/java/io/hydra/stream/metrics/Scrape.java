package io.hydra.stream.metrics;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The metrics as their reader finds them. */
public final class Scrape {
  private static final String GROUP = "_hydra_";

  private final List<String> lines;

  /**
   * @param text in Prometheus' format
   */
  public Scrape(String text) {
    lines = text.lines().filter(line -> !line.startsWith("#")).toList();
  }

  /**
   * Sum over the series of a name.
   *
   * @param name the part after {@code hydra_}
   * @param label {@code name="value"} that each must have; empty for any
   */
  public double sum(String name, String label) {
    List<String> found =
        lines.stream()
            .filter(line -> name(line).endsWith(GROUP + name) && line.contains(label))
            .toList();
    if (found.isEmpty()) {
      throw new AssertionError("no series " + name + " with " + label + " in " + lines);
    }
    return found.stream()
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  public double sum(String name) {
    return sum(name, "");
  }

  public boolean has(String name) {
    return names().stream().anyMatch(each -> each.endsWith(name));
  }

  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    lines.forEach(line -> names.add(name(line)));
    return names;
  }

  private static String name(String line) {
    return line.substring(0, line.indexOf('{'));
  }
}
