package io.hydra.infra.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.lamp.LampHalves;
import io.hydra.schemas.lamp.LampSplit;
import io.hydra.schemas.lamp.LampUser;
import io.hydra.schemas.redis.HistoryItem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the simulated LLM learns its prior from: items of the half of the training users that the
 * base does not learn from, without saying whose they are.
 */
public final class LlmPrior {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LlmPrior() {}

  private record Line(String task, String input, String output) {}

  /** Writes one JSON object per line. */
  public static void write(LampSplit train, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        for (LampUser user : LampHalves.forLlm(train)) {
          for (HistoryItem item : user.profile()) {
            out.write(line(new Line(train.taskId(), item.input(), item.output())));
            out.write('\n');
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(Line line) throws JsonProcessingException {
    return JSON.writeValueAsString(line);
  }
}
