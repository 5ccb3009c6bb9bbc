package io.hydra.infra.llm.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.hydra.infra.llm.model.Prior.PriorPair;
import io.hydra.schemas.config.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON lines {@code {"task": "...", "input": "...", "output": "..."}}. */
public final class PriorReader {
  private static final ObjectReader PAIR =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readerFor(PriorPair.class);

  private PriorReader() {}

  /**
   * @throws UserException if a file is missing or a line is malformed
   */
  public static List<PriorPair> read(List<Path> files) {
    List<PriorPair> pairs = new ArrayList<>();
    for (Path file : files) {
      int number = 0;
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (!line.isBlank()) {
            pairs.add(PAIR.readValue(line));
          }
        }
      } catch (JsonProcessingException e) {
        // Jackson's own message quotes the line, which is a user's text.
        throw new UserException(
            "%s, line %d: expected {\"task\", \"input\", \"output\"}, all strings"
                .formatted(file, number),
            e);
      } catch (IOException e) {
        throw new UserException("prior file %s cannot be read (%s)".formatted(file, e), e);
      }
    }
    return pairs;
  }

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
}
