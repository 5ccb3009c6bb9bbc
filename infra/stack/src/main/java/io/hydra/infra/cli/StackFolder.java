package io.hydra.infra.cli;

import io.hydra.infra.stack.RunningStack;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The folders of the project and of a stack's data. */
final class StackFolder {
  private static final String NAME = "--dir";

  @Option(
      names = NAME,
      paramLabel = "DIR",
      defaultValue = "${env:HYDRA_DIR}",
      description =
          "Folder of the stack's data, logs and records. Default: HYDRA_DIR, or .hydra beside"
              + " ./hydra")
  private Path dir;

  /** The project's top folder, as the launcher script tells it. */
  static Path home() {
    String home = System.getProperty("hydra.home");
    if (home == null) {
      throw new UserException("start this program through the ./hydra script");
    }
    return Path.of(home).toAbsolutePath().normalize();
  }

  Path dir() {
    boolean given = dir != null && !dir.toString().isEmpty();
    return (given ? dir : home().resolve(".hydra")).toAbsolutePath().normalize();
  }

  /** Tells whether the command line names the folder. */
  static boolean isGiven(CommandSpec command) {
    return command.commandLine().getParseResult().hasMatchedOption(NAME);
  }

  RunningStack running() {
    return new RunningStack(dir());
  }
}
