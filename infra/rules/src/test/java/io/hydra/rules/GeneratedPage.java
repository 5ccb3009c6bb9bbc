package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page under docs/ that is generated from the code, and held against it. */
final class GeneratedPage {
  private static final String WRITE = "hydra.docs.write";

  private GeneratedPage() {}

  /** Fails where the page says something else; with {@code -Dhydra.docs.write=true} writes it. */
  static void holds(String page, String expected, Class<?> test) throws IOException {
    Path file = docs().resolve(page);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, expected);
    }
    String found = Files.exists(file) ? Files.readString(file) : "";
    assertThat(found)
        .as(
            "docs/%s is generated from the code. Generate it again: mvn -pl infra/rules -am test"
                + " -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false -D%s=true",
            page, test.getSimpleName(), WRITE)
        .isEqualTo(expected);
  }

  /** Of the project's top, from whichever of its folders this runs in. */
  static Path docs() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/contract.md"))) {
      folder = folder.getParent();
    }
    return folder.resolve("docs");
  }
}
