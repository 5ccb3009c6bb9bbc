package io.hydra.evaluation.bench;

import io.hydra.evaluation.report.DraftFile;
import io.hydra.model.encoder.EncoderFormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what the program costs on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = BenchMain.HeadsCommand.class,
    description = "Measures what the program costs on this machine.")
public final class BenchMain implements Runnable {
  @Spec private CommandSpec spec;

  private BenchMain() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new BenchMain());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to measure: heads");
  }

  /** The model alone: encoder, head update, answer, bytes. */
  @Command(
      name = "heads",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description =
          "Measures encoding, head updates and answers without the LLM, on data made up from a seed,"
              + " beside the plain arithmetic of that size and the paper's heads.")
  static final class HeadsCommand implements Callable<Integer> {
    @Option(
        names = "--out",
        paramLabel = "FILE.json",
        description = "Write every figure there too; the file is replaced.")
    private Path out;

    @Option(
        names = "--seconds",
        defaultValue = "2",
        paramLabel = "N",
        description =
            "Measured time per line, after a warm-up that is as long. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
        names = "--encoder",
        paramLabel = "DIR",
        description = "Measure this encoder's speed too, beside the built-in one's.")
    private Path encoder;

    @Spec private CommandSpec spec;

    private HeadsCommand() {}

    @Override
    public Integer call() {
      PrintWriter err = spec.commandLine().getErr();
      if (!(seconds > 0 && seconds <= 3600)) {
        throw new ParameterException(
            spec.commandLine(), "--seconds must be above 0 and at most 3600");
      }
      Meter meter = Meter.ofThisThread(seconds);
      try {
        BenchReport report = HeadsBench.run(meter, seconds, Optional.ofNullable(encoder));
        if (out != null) {
          DraftFile.write(out, report.json());
        }
        spec.commandLine().getOut().print(report.text());
        spec.commandLine().getOut().flush();
        return 0;
      } catch (EncoderFormatException e) {
        err.println(e.getMessage());
      } catch (IOException e) {
        err.printf("%s cannot be written: %s%n", out, e.getMessage());
      }
      return 1;
    }
  }
}
