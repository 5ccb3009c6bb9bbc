package io.hydra.runtime.service;

import io.hydra.runtime.option.DurationConverter;
import io.hydra.schemas.config.UserException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Runs a picocli command as every program of this project runs. Exit code 0: done, or stopped as
 * asked; 1: it could not start or go on, and one line on stderr says why; 2: wrong usage. Durations
 * are read by {@link DurationConverter}, names of enums in any case. HYDRA_TRACE=1 in the
 * environment adds the stack trace of a failure.
 */
public final class Program {
  private static final Logger log = LoggerFactory.getLogger(Program.class);

  private Program() {}

  /** Runs the command and returns its exit code. */
  public static int run(Object command, String... arguments) {
    String problem = LogFormat.problem(System.getenv());
    if (problem != null) {
      System.err.println(problem);
      return CommandLine.ExitCode.USAGE;
    }
    return commandLine(command).execute(arguments);
  }

  /** The command line that {@link #run} executes. */
  public static CommandLine commandLine(Object command) {
    return new CommandLine(command)
        .registerConverter(Duration.class, new DurationConverter())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr()
                  .println(line.getCommandSpec().qualifiedName() + ": " + message(failure));
              if (System.getenv("HYDRA_TRACE") != null) {
                failure.printStackTrace(line.getErr());
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static String message(Exception failure) {
    if (failure instanceof UserException) {
      return failure.getMessage();
    }
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    log.error("unexpected failure", failure);
    return rootMessage(failure);
  }

  /** The innermost reason of a failure. */
  public static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
