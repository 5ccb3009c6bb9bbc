package io.hydra.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
  @TempDir Path dir;

  private Path write(String text) throws IOException {
    return Files.writeString(dir.resolve("number"), text);
  }

  private static int parse(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("it must be a number", e);
    }
  }

  @Test
  void whatChangesIsReadAgain() throws IOException {
    WatchedFile<Integer> file = WatchedFile.open(write("1"), "numbers", WatchedFileTest::parse);
    write("2");
    assertThat(file.content()).isEqualTo(1);
    file.refresh();
    assertThat(file.content()).isEqualTo(2);
  }

  @Test
  void whatIsBrokenOrGoneLeavesWhatWasBefore() throws IOException {
    WatchedFile<Integer> file = WatchedFile.open(write("1"), "numbers", WatchedFileTest::parse);
    write("one");
    file.refresh();
    assertThat(file.content()).isEqualTo(1);
    Files.delete(dir.resolve("number"));
    file.refresh();
    assertThat(file.content()).isEqualTo(1);
    write("3");
    file.refresh();
    assertThat(file.content()).isEqualTo(3);
  }

  @Test
  void whatCannotBeReadAtTheStartIsRefusedWithTheReason() throws IOException {
    Path broken = write("one");
    assertThatThrownBy(() -> WatchedFile.open(broken, "numbers", WatchedFileTest::parse))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the file of numbers: it must be a number");
    assertThatThrownBy(() -> WatchedFile.open(dir.resolve("none"), "numbers", text -> text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("it cannot be read");
  }
}
