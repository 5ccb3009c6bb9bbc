package io.hydra.datasets.lines;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A tenant's own cohorts: lines {@code USER,COHORT}. They are read where gains are summed up or
 * measured, and never enter a topic, a model or a prompt.
 */
public final class CohortFile {
  /** Stands for all users, so no cohort has this name. */
  public static final String ALL = "all";

  /** With more, some would be found to lose by chance, and the lines would hardly be read. */
  private static final int MOST = 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._+-]{0,31}");

  private CohortFile() {}

  /**
   * @return cohorts by user id
   * @throws UserException naming the first line that breaks a rule, without what it holds
   */
  public static Map<String, String> read(Path file) {
    Map<String, String> cohorts = new HashMap<>();
    Set<String> names = new HashSet<>();
    try (Stream<String> lines = Files.lines(file)) {
      int number = 0;
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (line.startsWith(BYTE_ORDER_MARK)) {
          line = line.substring(1);
        }
        int comma = line.lastIndexOf(',');
        String name = line.substring(comma + 1).strip();
        if (comma < 1 || !NAME.matcher(name).matches() || name.equals(ALL)) {
          throw new UserException(
              "%s, line %d: write USER,COHORT, the cohort's name with 1 to 32 letters or digits and not %s"
                  .formatted(file, number, ALL));
        }
        if (cohorts.put(line.substring(0, comma).strip(), name) != null) {
          throw new UserException(
              "%s, line %d: the user stands on an earlier line".formatted(file, number));
        }
        names.add(name);
        if (names.size() > MOST) {
          throw new UserException("%s holds more than %d cohorts".formatted(file, MOST));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new UserException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    return cohorts;
  }
}
