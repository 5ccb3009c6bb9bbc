package io.hydra.runtime.service;

import io.hydra.runtime.text.Spelling;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells of wrong usage in two lines: what is wrong, and what may have been meant or where help is.
 * The page of help would scroll the reason away; a program of several commands shows it to who says
 * nothing. The values of options that are unknown are not repeated: they may be a user's text.
 */
final class WrongUsage implements IParameterExceptionHandler {
  private static final String ERROR = "Error: ";

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    boolean ofCommands = !command.getSubcommands().isEmpty();
    if (arguments.length == 0 && ofCommands) {
      command.usage(err);
      return CommandLine.ExitCode.USAGE;
    }
    List<String> words = command.getUnmatchedArguments();
    List<String> options =
        words.stream().filter(word -> word.startsWith("-")).map(WrongUsage::name).toList();
    String message = failure.getMessage();
    List<String> meant = List.of();
    boolean unmatched = failure instanceof UnmatchedArgumentException;
    if (unmatched && ofCommands && !words.get(0).startsWith("-")) {
      message = "there is no command " + words.get(0);
      meant =
          alike(words.get(0), command.getSubcommands().keySet()).stream()
              .map(name -> command.getCommandSpec().qualifiedName() + " " + name)
              .toList();
    } else if (!options.isEmpty() && (unmatched || failure instanceof MissingParameterException)) {
      // That one is misspelt says more than that it is missing.
      message = "Unknown option: '%s'".formatted(String.join("', '", options));
      meant = alike(options.get(0), command.getCommandSpec().optionsMap().keySet());
    } else if (unmatched) {
      message += ": an argument of several words needs quotes";
    }
    err.println(
        command.getCommandSpec().root().name()
            + ": "
            + (message.startsWith(ERROR) ? message.substring(ERROR.length()) : message));
    err.println(
        meant.isEmpty()
            ? "See: %s --help".formatted(command.getCommandSpec().qualifiedName())
            : "Did you mean: %s?".formatted(String.join(", ", meant)));
    return CommandLine.ExitCode.USAGE;
  }

  /** Without its value. */
  private static String name(String option) {
    int end = option.indexOf('=');
    return end < 0 ? option : option.substring(0, end);
  }

  private static List<String> alike(String word, Collection<String> names) {
    return names.stream()
        .filter(name -> word.length() > 2 && name.startsWith(word) || Spelling.isNear(word, name))
        .toList();
  }
}
