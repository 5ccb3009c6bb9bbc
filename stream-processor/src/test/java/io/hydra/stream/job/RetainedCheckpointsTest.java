package io.hydra.stream.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetainedCheckpointsTest {
  @TempDir Path directory;

  private Path checkpoint(String job, String name, boolean complete) throws IOException {
    Path checkpoint = Files.createDirectories(directory.resolve(job).resolve(name));
    Files.createFile(checkpoint.resolve(complete ? "_metadata" : "._metadata.inprogress.1"));
    return checkpoint;
  }

  @Test
  void latestIsTheGreatestCompleteNumberOfAllRuns() throws IOException {
    checkpoint("job1", "chk-9", true);
    Path latest = checkpoint("job2", "chk-10", true);
    checkpoint("job2", "chk-11", false);
    Files.createDirectories(directory.resolve("job2").resolve("shared"));
    assertThat(RetainedCheckpoints.latest(directory)).contains(latest);
  }

  @Test
  void nothingToResumeFromIsNoError() throws IOException {
    assertThat(RetainedCheckpoints.latest(directory)).isEmpty();
    assertThat(RetainedCheckpoints.latest(directory.resolve("missing"))).isEmpty();
  }
}
