package io.hydra.infra.lag.services;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads one line of Prometheus' text format 0.0.4 after the other. */
final class PrometheusText {
  private final String line;
  private int at;

  /** One line: the value of a series at the moment of the scrape. */
  record Sample(String name, Map<String, String> labels, double value) {}

  private PrometheusText(String line) {
    this.line = line;
  }

  /**
   * The samples of some metrics.
   *
   * @param wanted takes the name of a series; the lines of others are not looked at
   * @throws IllegalArgumentException if a line breaks the format; it names the line by its number
   */
  static List<Sample> read(String text, Predicate<String> wanted) {
    List<Sample> samples = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      PrometheusText reader = new PrometheusText(line);
      String name = reader.name();
      if (wanted.test(name)) {
        try {
          samples.add(new Sample(name, reader.labels(), reader.value()));
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
          throw new IllegalArgumentException("line %d is no sample".formatted(number), e);
        }
      }
    }
    return samples;
  }

  /** A name's characters; none if the line is a comment or empty. */
  private String name() {
    int start = at;
    while (at < line.length() && isOfName(line.charAt(at))) {
      at++;
    }
    return line.substring(start, at);
  }

  private static boolean isOfName(char c) {
    return c == '_' || c == ':' || c < 128 && Character.isLetterOrDigit(c);
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    skipSpace();
    if (line.charAt(at) != '{') {
      return labels;
    }
    at++;
    while (true) {
      skipSpace();
      if (line.charAt(at) == '}') {
        at++;
        return labels;
      }
      String label = name();
      skipSpace();
      expect('=');
      skipSpace();
      expect('"');
      labels.put(label, quoted());
      skipSpace();
      if (line.charAt(at) != '}') {
        expect(',');
      }
    }
  }

  /** Up to the closing quotation mark. */
  private String quoted() {
    StringBuilder text = new StringBuilder();
    for (char c = line.charAt(at++); c != '"'; c = line.charAt(at++)) {
      if (c == '\\') {
        char escaped = line.charAt(at++);
        text.append(escaped == 'n' ? '\n' : escaped);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** A timestamp may follow it. */
  private double value() {
    String value = line.substring(at).strip().split("[ \t]", 2)[0];
    return switch (value) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(value);
    };
  }

  private void skipSpace() {
    while (line.charAt(at) == ' ' || line.charAt(at) == '\t') {
      at++;
    }
  }

  private void expect(char c) {
    if (line.charAt(at++) != c) {
      throw new IllegalArgumentException();
    }
  }
}
