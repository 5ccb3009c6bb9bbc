package io.hydra.datasets.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CohortFileTest {
  @Test
  void cohortsAreReadFromALinePerUser(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("cohorts.csv"), "ann,east\nb,ob,west side\n");
    assertThat(CohortFile.read(file)).isEqualTo(Map.of("ann", "east", "b,ob", "west side"));
    Files.writeString(file, "ann,east\nsecret\n");
    assertThatThrownBy(() -> CohortFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 2")
        .hasMessageNotContaining("secret");
    Files.writeString(
        file,
        IntStream.rangeClosed(0, 20)
            .mapToObj(i -> "u" + i + ",c" + i)
            .collect(Collectors.joining("\n")));
    assertThatThrownBy(() -> CohortFile.read(file)).hasMessageContaining("more than 20 cohorts");
    for (String ambiguous : List.of("ann,east\nann,west\n", "ann,all\n")) {
      Files.writeString(file, ambiguous);
      assertThatThrownBy(() -> CohortFile.read(file))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("line " + ambiguous.lines().count());
    }
    Files.writeString(file, "\uFEFFann,east\n");
    assertThat(CohortFile.read(file)).isEqualTo(Map.of("ann", "east"));
  }
}
