package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {
  private final List<String> undone = new ArrayList<>();

  @Test
  void undoesTheLastFirstAndOnce() {
    Cleanup cleanup = new Cleanup();
    assertThat(cleanup.own(() -> "folder", undone::add)).isEqualTo("folder");
    cleanup.own(() -> "process in it", undone::add);
    cleanup.close();
    cleanup.close();
    assertThat(undone).containsExactly("process in it", "folder");
  }

  @Test
  void nothingIsMadeOnceItIsOver() {
    Cleanup cleanup = new Cleanup();
    cleanup.close();
    assertThatThrownBy(() -> cleanup.own(() -> undone.add("made"), made -> {}))
        .isInstanceOf(StackException.class);
    assertThat(undone).isEmpty();
  }

  @Test
  void aTemporaryFolderGoesWithAllThatIsInIt() throws IOException {
    Path folder = TempFolder.create();
    Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("c"), "text");
    TempFolder.remove(folder);
    assertThat(folder).doesNotExist();
    TempFolder.remove(folder);
  }
}
