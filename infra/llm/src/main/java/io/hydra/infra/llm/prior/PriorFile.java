package io.hydra.infra.llm.prior;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of sample text and whose prior it is.
 *
 * @param name of the model; empty for the plain one
 */
public record PriorFile(String name, Path file) {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9._-]+)=(.+)");

  /** Of {@code FILE} or {@code NAME=FILE}; a name has letters, digits, dots and hyphens only. */
  public static PriorFile parse(String text) {
    Matcher named = NAMED.matcher(text);
    return named.matches()
        ? new PriorFile(named.group(1), Path.of(named.group(2)))
        : new PriorFile("", Path.of(text));
  }
}
