package io.hydra.infra.llm.prior;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON lines {@code {"task": "...", "input": "...", "output": "..."}}. */
public final class PriorReader {
  private static final ObjectReader PAIR =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readerFor(PriorPair.class);

  private PriorReader() {}

  /**
   * @throws PriorException if a file is missing or a line is malformed
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
        throw new PriorException(
            "%s, line %d: expected {\"task\", \"input\", \"output\"}, all strings"
                .formatted(file, number),
            e);
      } catch (IOException e) {
        throw new PriorException("prior file %s cannot be read (%s)".formatted(file, e), e);
      }
    }
    return pairs;
  }
}
