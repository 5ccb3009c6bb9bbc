package io.hydra.infra.cli;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.infra.StackException;
import io.hydra.infra.TerminalText;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The launcher's commands. */
@Command(
    name = "hydra",
    mixinStandardHelpOptions = true,
    version = "hydra 0.1.0",
    description = "Live personalization of a black-box LLM, per user, from behaviour events.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LoadCommand.class,
      AskCommand.class,
      HistoryCommand.class,
      ForgetCommand.class,
      RebuildCommand.class,
      TopicsCommand.class,
      TrainBaseCommand.class,
      SampleBaseCommand.class,
      EvaluateCommand.class,
      BenchCommand.class,
      FuzzCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 fine, 1 failure (the command has said which), 2 wrong usage.",
      "HYDRA_TRACE=1 adds the stack trace of a failure."
    })
public final class HydraCli {
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line with its error handling; stdout is left to what commands print. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new HydraCli());
    line.setOut(TerminalText.printer(System.out));
    line.setErr(TerminalText.printer(System.err));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("hydra: " + message(failure));
          if (System.getenv("HYDRA_TRACE") != null) {
            failure.printStackTrace(command.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    line.setParameterExceptionHandler(HydraCli::refuse);
    line.registerConverter(Instant.class, HydraCli::instant);
    // Every word behind these names, --help among them, is left to the program that they run.
    for (String name : List.of("train-base", "evaluate", "fuzz")) {
      line.getSubcommands().get(name).setStopAtUnmatched(true).setUnmatchedArgumentsAllowed(true);
    }
    line.getSubcommands().get("bench").setStopAtPositional(true);
    return line;
  }

  /** A page of help would scroll the message away. */
  private static int refuse(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String hint =
        failure instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
            ? ": an argument of several words needs quotes"
            : "";
    err.println("hydra: " + failure.getMessage() + hint);
    boolean suggested = UnmatchedArgumentException.printSuggestions(failure, err);
    if (!suggested) {
      err.printf("See: %s --help%n", command.getCommandSpec().qualifiedName());
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'%s' is not a time such as 2026-01-31T10:00:00Z".formatted(text));
    }
  }

  /** On Ctrl-C the stack stops under whoever is using it, and what that runs into is no news. */
  private static boolean isShuttingDown() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      return !Runtime.getRuntime().removeShutdownHook(probe);
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }

  private static String message(Exception failure) {
    boolean expected =
        failure instanceof StackException
            || failure instanceof EventFileException
            || failure instanceof LampFormatException
            || failure instanceof IllegalArgumentException;
    if (expected) {
      return failure.getMessage();
    }
    if (failure instanceof InterruptedException || isShuttingDown()) {
      return "interrupted";
    }
    return "unexpected %s; run again with HYDRA_TRACE=1 to see where".formatted(failure);
  }
}
