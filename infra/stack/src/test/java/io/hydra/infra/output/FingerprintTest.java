package io.hydra.infra.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
  @TempDir Path dir;

  @Test
  void isTheSameForTheSameFilesInAnotherFolder() throws IOException {
    List<Path> here = List.of(file("here/a", "one"), file("here/b", "two"));
    List<Path> there = List.of(file("there/a", "one"), file("there/b", "two"));
    assertThat(Fingerprint.of(here)).isEqualTo(Fingerprint.of(there)).matches("[0-9a-f]{12}");
  }

  @Test
  void tellsContentNamesAndWhereAFileEnds() throws IOException {
    assertThat(
            List.of(
                Fingerprint.of(List.of()),
                Fingerprint.of(List.of(file("1/a", "one"), file("1/b", "two"))),
                Fingerprint.of(List.of(file("2/a", "one"), file("2/b", "twO"))),
                Fingerprint.of(List.of(file("3/a", "one"), file("3/c", "two"))),
                Fingerprint.of(List.of(file("4/a", "onet"), file("4/b", "wo")))))
        .doesNotHaveDuplicates();
  }

  private Path file(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
