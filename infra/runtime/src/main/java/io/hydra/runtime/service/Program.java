package io.hydra.runtime.service;

import io.hydra.schemas.config.Durations;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisUrl;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Runs a picocli command as every program of this project runs. Exit code 0: done, or stopped as
 * asked; 1: it could not start or go on, and one line on stderr says why; 2: wrong usage. Durations
 * are read by {@link Durations}, names of enums in any case. An option whose default comes from the
 * environment says so in its help. HYDRA_TRACE=1 in the environment adds the stack trace of a
 * failure.
 */
public final class Program {
  private static final Logger log = LoggerFactory.getLogger(Program.class);
  private static final String LOG_FORMAT = "HYDRA_LOG_FORMAT";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+).*");

  private Program() {}

  /** Runs the command and returns its exit code. */
  public static int run(Object command, String... arguments) {
    String problem = problemOfLogFormat(System.getenv());
    if (problem != null) {
      System.err.println(problem);
      return CommandLine.ExitCode.USAGE;
    }
    return commandLine(command).execute(arguments);
  }

  /**
   * The reason why nothing would be logged, with the remedy; null if all is well. Services' logback
   * files include {@code io/hydra/runtime/log/<format>.xml}, so that it is chosen before any class
   * of theirs logs.
   */
  static String problemOfLogFormat(Map<String, String> environment) {
    String format = environment.getOrDefault(LOG_FORMAT, "text");
    return Set.of("text", "json").contains(format)
        ? null
        : "%s=%s is no log format: set it to text or json".formatted(LOG_FORMAT, format);
  }

  /** The command line that {@link #run} executes. */
  public static CommandLine commandLine(Object command) {
    CommandLine program = new CommandLine(command);
    nameVariables(program);
    return program
        .registerConverter(Duration.class, reader(Durations::parse))
        .registerConverter(RedisUrl.class, reader(RedisUrl::parse))
        .registerConverter(Pattern.class, Program::pattern)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new WrongUsage())
        .setExecutionExceptionHandler(
            (failure, line, parsed) ->
                tell(
                    line,
                    line.getCommandSpec().qualifiedName() + ": " + message(failure),
                    failure));
  }

  /** Tells of a failure; returns the exit code. */
  public static int tell(CommandLine line, String message, Exception failure) {
    line.getErr().println(message);
    if (System.getenv("HYDRA_TRACE") != null) {
      failure.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * Tells what is wrong alone: picocli would quote the text of any other failure, a password too.
   */
  private static <T> ITypeConverter<T> reader(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new TypeConversionException(
          "'%s' is not a regular expression: %s".formatted(text, e.getDescription()));
    }
  }

  private static void nameVariables(CommandLine program) {
    CommandSpec spec = program.getCommandSpec();
    // Those that stay as they are, too: help may list options in the order they were added.
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (option.group() == null) {
        spec.remove(option).addOption(withVariable(option));
      }
    }
    // An alias is another name of the same command.
    Set.copyOf(program.getSubcommands().values()).forEach(Program::nameVariables);
  }

  private static OptionSpec withVariable(OptionSpec option) {
    // As declared: the specification has what the environment made of it.
    Matcher variable =
        VARIABLE.matcher(
            option.userObject() instanceof Field field
                ? field.getAnnotation(Option.class).defaultValue()
                : "");
    if (!variable.matches()) {
      return option;
    }
    String line = "Environment: %s.".formatted(variable.group(1));
    return option.toBuilder()
        .description(
            Stream.concat(Stream.of(option.description()), Stream.of(line)).toArray(String[]::new))
        .build();
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
