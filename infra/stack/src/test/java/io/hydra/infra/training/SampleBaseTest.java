package io.hydra.infra.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleBaseTest {
  @TempDir private Path home;
  private Path sample;
  private Path prior;
  private Path jar;

  @BeforeEach
  void build() throws IOException {
    jar = module("trainer/base", "hydra-base-training.jar");
    Path unused = module("infra/llm", "hydra-simulated-llm.jar");
    sample = Files.createDirectories(home.resolve("sample"));
    Files.writeString(sample.resolve("train_questions.json"), "[]");
    Files.writeString(sample.resolve("train_outputs.json"), "{}");
    prior = Files.writeString(home.resolve("prior.jsonl"), "");
  }

  @Test
  void aBaseThatWasKeptIsFoundAgainByTheSameInputs() throws IOException {
    Path out = home.resolve("out");
    assertThat(base().copyTo(out)).isFalse();
    base().keep(trained());
    assertThat(base().copyTo(out)).isTrue();
    assertThat(Files.readString(out.resolve("encoder/words.bin"))).isEqualTo("words");
  }

  @Test
  void anotherProgramSampleOrPriorHasNoneAndKeepingItsOwnDropsTheOld() throws IOException {
    base().keep(trained());
    for (Path input : List.of(jar, sample.resolve("train_outputs.json"), prior)) {
      String before = Files.readString(input);
      Files.writeString(input, before + " ");
      assertThat(base().copyTo(home.resolve("none"))).isFalse();
      Files.writeString(input, before);
    }
    Files.writeString(jar, "newer");
    base().keep(trained());
    try (var kept = Files.list(home.resolve("infra/stack/target/sample-base"))) {
      assertThat(kept.filter(Files::isDirectory)).hasSize(1);
    }
    assertThat(base().copyTo(home.resolve("newer"))).isTrue();
  }

  @Test
  void oneThatIsNotAsItWasKeptIsNotServed() throws IOException {
    base().keep(trained());
    try (var kept = Files.walk(home.resolve("infra/stack/target/sample-base"))) {
      Path words = kept.filter(file -> file.endsWith("words.bin")).findFirst().orElseThrow();
      Files.writeString(words, "other");
    }
    assertThat(base().copyTo(home.resolve("out"))).isFalse();
  }

  private SampleBase base() {
    return new SampleBase(home, sample, prior);
  }

  private Path module(String folder, String name) throws IOException {
    Path target = Files.createDirectories(home.resolve(folder).resolve("target"));
    Path built = Files.writeString(target.resolve(name), "classes");
    Files.writeString(target.resolve("classpath"), "library.jar" + File.pathSeparator + "b.jar");
    return built;
  }

  private Path trained() throws IOException {
    Path base = Files.createDirectories(home.resolve("trained/encoder")).getParent();
    Files.writeString(base.resolve("encoder/words.bin"), "words");
    Files.writeString(base.resolve("manifest.json"), "{}");
    return base;
  }
}
