package io.hydra.infra.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TempFolderTest {
  @Test
  void aTemporaryFolderGoesWithAllThatIsInIt() throws IOException {
    Path folder = TempFolder.create();
    Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("c"), "text");
    TempFolder.remove(folder);
    assertThat(folder).doesNotExist();
    TempFolder.remove(folder);
  }
}
