package io.hydra.runtime.service;

import java.util.Map;
import java.util.Set;

/**
 * The format of every service's log. The services' logback files include {@code
 * io/hydra/runtime/log/<format>.xml}, so that it is chosen before any class of theirs logs.
 */
final class LogFormat {
  private static final String VARIABLE = "HYDRA_LOG_FORMAT";
  private static final Set<String> FORMATS = Set.of("text", "json");

  private LogFormat() {}

  /** The reason why nothing would be logged, with the remedy; null if all is well. */
  static String problem(Map<String, String> environment) {
    String format = environment.getOrDefault(VARIABLE, "text");
    return FORMATS.contains(format)
        ? null
        : "%s=%s is no log format: set it to text or json".formatted(VARIABLE, format);
  }
}
