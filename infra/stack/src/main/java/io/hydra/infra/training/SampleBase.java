package io.hydra.infra.training;

import io.hydra.infra.output.Fingerprint;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.stack.Component;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The base of the sample, which the build trains so that no stack has to. Training is
 * deterministic: the same programs, sample and prior give the same bytes, and so a fingerprint of
 * those names the base. After any change of them the kept base is not found, and one is trained.
 */
public final class SampleBase {
  private static final String FOLDER = "infra/stack/target/sample-base";

  private final Path kept;

  /** Checksum of what was kept. */
  private final Path sum;

  public SampleBase(Path home, Path sample, Path prior) {
    List<Path> inputs = new ArrayList<>();
    for (String module : List.of(BaseTraining.MODULE, Component.SIMULATED_LLM.module())) {
      inputs.add(home.resolve(module).resolve("target/classpath"));
      inputs.addAll(JavaCommand.ownJars(home, module));
    }
    inputs.add(sample.resolve("train_questions.json"));
    inputs.add(sample.resolve("train_outputs.json"));
    inputs.add(prior);
    this.kept = home.resolve(FOLDER).resolve(Fingerprint.of(inputs));
    this.sum = kept.resolveSibling(kept.getFileName() + ".sum");
  }

  /**
   * Copies it to a folder that does not exist yet.
   *
   * @return false if there is none, it is not as it was kept, or it cannot be copied
   */
  public boolean copyTo(Path base) {
    Path whole = null;
    try {
      if (!Files.exists(sum) || !Files.readString(sum).equals(checksum())) {
        return false;
      }
      Files.createDirectories(base.getParent());
      // A stop amid the copy must not leave half a base where the next start looks.
      whole = Files.createTempDirectory(base.getParent(), "base");
      copy(kept, whole);
      Files.move(whole, base, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException | UncheckedIOException broken) {
      if (whole != null) {
        PrivateFiles.remove(whole);
      }
      return Files.exists(base);
    }
  }

  /** Keeps a base that was trained on these inputs, and no other. */
  public void keep(Path base) {
    try {
      PrivateFiles.remove(kept.getParent());
      copy(base, Files.createDirectories(kept));
      // Last: without it the copy is not taken for whole.
      Files.writeString(sum, checksum());
    } catch (IOException | UncheckedIOException e) {
      // The next stack trains its own, as this one did.
      PrivateFiles.remove(kept);
    }
  }

  private String checksum() throws IOException {
    try (Stream<Path> files = Files.walk(kept)) {
      return Fingerprint.of(files.filter(Files::isRegularFile).sorted().toList());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
