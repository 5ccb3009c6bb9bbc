package io.hydra.infra.cli;

import io.hydra.infra.output.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A subcommand: stdout is left to what it is asked for, stderr takes all else. */
@Command(
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed, and the message says why", "2:wrong usage"})
abstract class HydraCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints a line of what was asked for. */
  final void say(String format, Object... values) {
    out().printf(format + "%n", values);
  }

  /** Prints a line of all else. */
  final void note(String format, Object... values) {
    err().printf(format + "%n", values);
  }

  final void json(Object value) {
    out().println(Json.write(value));
  }

  final ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
