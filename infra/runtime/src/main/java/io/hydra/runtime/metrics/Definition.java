package io.hydra.runtime.metrics;

import java.util.List;

/**
 * One metric: the only place for its name.
 *
 * @param name as Prometheus has it, {@code _total} and {@code _seconds} included; of a histogram
 *     without {@code _bucket}, {@code _count} and {@code _sum}
 * @param labels few, and each of few values; never of a user
 * @param unit of its value
 * @param meaning one or two sentences, Markdown
 */
public record Definition(String name, Kind kind, List<String> labels, String unit, String meaning) {
  static final String SECONDS = "seconds";

  /** The kinds of Prometheus. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  public static Definition counter(String name, String unit, String meaning, String... labels) {
    return new Definition(name, Kind.COUNTER, List.of(labels), unit, meaning);
  }

  public static Definition gauge(String name, String unit, String meaning, String... labels) {
    return new Definition(name, Kind.GAUGE, List.of(labels), unit, meaning);
  }

  /** A histogram of amounts. */
  public static Definition histogram(String name, String unit, String meaning, String... labels) {
    return new Definition(name, Kind.HISTOGRAM, List.of(labels), unit, meaning);
  }

  /** A histogram of durations, in seconds. */
  public static Definition seconds(String name, String meaning, String... labels) {
    return histogram(name, SECONDS, meaning, labels);
  }

  /** The meaning in one line without markup, for {@code # HELP}. */
  public String help() {
    return meaning.replace("`", "");
  }
}
