package io.hydra.infra.cli;

import io.hydra.infra.output.TerminalText;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.config.UserException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

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
      QuickstartCommand.class,
      McpCommand.class,
      LagCommand.class,
      DeadLettersCommand.class,
      WorthCommand.class,
      LoadCommand.class,
      AskCommand.class,
      FeedbackCommand.class,
      HistoryCommand.class,
      HeadCommand.class,
      ForgetCommand.class,
      RebuildCommand.class,
      RefitCommand.class,
      BaseCommand.class,
      TopicsCommand.class,
      ProgramCommand.TrainBase.class,
      SampleBaseCommand.class,
      ClassArchivesCommand.class,
      ProgramCommand.Evaluate.class,
      ProgramCommand.Bench.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 fine, 1 failure (the command has said which), 2 wrong usage; the help of a command"
          + " tells of its others.",
      "HYDRA_TRACE=1 adds the stack trace of a failure."
    })
public final class HydraCli {
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line with its error handling; stdout is left to what commands print. */
  public static CommandLine commandLine() {
    CommandLine line = Program.commandLine(new HydraCli());
    line.setOut(TerminalText.printer(System.out));
    line.setErr(TerminalText.printer(System.err));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> Program.tell(command, "hydra: " + message(failure), failure));
    line.registerConverter(Instant.class, HydraCli::instant);
    // Every word behind these names, --help among them, is left to the program that they run.
    for (String name : List.of("train-base", "evaluate", "bench")) {
      line.getSubcommands().get(name).setStopAtUnmatched(true).setUnmatchedArgumentsAllowed(true);
    }
    return line;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'%s' is not a time such as 2026-01-31T10:00:00Z".formatted(text));
    }
  }

  private static String message(Exception failure) {
    if (failure instanceof UserException || failure instanceof IllegalArgumentException) {
      return failure.getMessage();
    }
    if (failure instanceof InterruptedException || isShuttingDown()) {
      return "interrupted";
    }
    if (failure instanceof KafkaException kafka && KafkaConnection.isOutage(kafka)) {
      return KafkaConnection.reason(kafka);
    }
    return "unexpected %s; run again with HYDRA_TRACE=1 to see where".formatted(failure);
  }

  /** On Ctrl-C the stack stops under its users, and the failures that follow are no news. */
  private static boolean isShuttingDown() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      return !Runtime.getRuntime().removeShutdownHook(probe);
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }
}
