package io.hydra.infra.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.schemas.redis.HistoryItem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the simulated LLM learns its prior from: items of training users that the base does not
 * learn from, without saying whose they are.
 */
public final class LlmPrior {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LlmPrior() {}

  private record Line(String task, String input, String output) {}

  /** Writes the prior from the half of the training users that the base does not learn from. */
  public static void write(LampSplit train, Path file) {
    write(train.taskId(), LampHalves.forLlm(train), file);
  }

  /** Writes one JSON object per item and line, in the users' order. */
  public static void write(String taskId, List<LampUser> users, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        for (LampUser user : users) {
          for (HistoryItem item : user.profile()) {
            out.write(line(new Line(taskId, item.input(), item.output())));
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
