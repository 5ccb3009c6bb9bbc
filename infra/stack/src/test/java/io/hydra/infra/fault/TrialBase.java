package io.hydra.infra.fault;

import static io.hydra.infra.fault.TrialStack.HOME;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.output.Fingerprint;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.training.BaseTraining;
import io.hydra.infra.training.SampleGenerator;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A small base with a closed and an open task, trained from the sample without an LLM. */
public final class TrialBase {
  public static final String CLOSED = "sample";
  public static final String OPEN = "LaMP_4";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = 7;
  private static final int USERS = 24;
  private static final int TITLE_WORDS = 4;
  private static final int HEAP_MIB = 768;

  private TrialBase() {}

  /** Its folder. It is trained once for all tests of a build, whichever process they run in. */
  public static Path of() throws IOException, InterruptedException {
    return of(SEED);
  }

  /** The same from another sample. */
  static synchronized Path of(long seed) throws IOException, InterruptedException {
    List<Path> programs = new ArrayList<>(JavaCommand.ownJars(HOME, BaseTraining.MODULE));
    programs.add(HOME.resolve(BaseTraining.MODULE).resolve("target/classpath"));
    programs.add(HOME.resolve("infra/stack/target/classes").resolve(file(SampleGenerator.class)));
    programs.add(HOME.resolve("infra/stack/target/test-classes").resolve(file(TrialBase.class)));
    Path folder =
        Files.createDirectories(
            HOME.resolve("infra/stack/target/trial-base/" + Fingerprint.of(programs)));
    Path base = folder.resolve(Long.toString(seed));
    try (FileChannel file = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
        FileLock alone = file.lock()) {
      if (alone.isValid() && !Files.exists(base)) {
        Path work = Files.createTempDirectory(folder, "work");
        Files.move(train(work, seed), base, ATOMIC_MOVE);
        PrivateFiles.remove(work);
      }
    }
    return base;
  }

  private static String file(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  private static Path train(Path dir, long seed) throws IOException, InterruptedException {
    Path sample = dir.resolve("sample");
    new SampleGenerator(seed, USERS, 1).write(sample);
    List<String> lines = new ArrayList<>();
    for (LampUser user : LampReader.read(sample, "train").users()) {
      for (HistoryItem item : user.profile()) {
        lines.add(line(user.id(), CLOSED, item, item.output()));
        lines.add(line(user.id(), OPEN, item, title(item.input())));
      }
    }
    Path data = Files.write(dir.resolve("training.jsonl"), lines);
    Path base = dir.resolve("base");
    List<String> command =
        TrialStack.java(HEAP_MIB)
            .main(
                JavaCommand.classpath(HOME, BaseTraining.MODULE),
                BaseTraining.MAIN,
                List.of("--data", data.toString(), "--out", base.toString()));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("base training ended with " + code);
    }
    return base;
  }

  /** The open task's output for an input. */
  public static String title(String input) {
    return String.join(" ", Arrays.asList(input.split(" ")).subList(0, TITLE_WORDS));
  }

  private static String line(String user, String task, HistoryItem item, String output)
      throws IOException {
    return JSON.writeValueAsString(
        Map.of(
            "user_id",
            user,
            "task",
            task,
            "occurred_at",
            Instant.ofEpochMilli(item.occurredAt()).toString(),
            "input",
            item.input(),
            "output",
            output));
  }
}
