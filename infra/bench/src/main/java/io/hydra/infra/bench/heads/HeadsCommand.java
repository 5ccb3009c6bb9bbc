package io.hydra.infra.bench.heads;

import io.hydra.infra.output.Json;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the model alone: encoder, head update, answer, bytes. */
@Command(
    name = "heads",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures encoding, head updates and answers without the LLM, on data made up from a seed,"
            + " beside the plain arithmetic of that size and the paper's heads.")
public final class HeadsCommand implements Callable<Integer> {
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
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be above 0 and at most 3600");
    }
    if (out != null) {
      Json.prepareFolder(out);
    }
    HeadsReport report =
        HeadsBench.run(Meter.ofThisThread(seconds), seconds, Optional.ofNullable(encoder));
    spec.commandLine().getOut().print(report.text());
    spec.commandLine().getOut().flush();
    if (out != null) {
      Json.writeAtomically(out.toAbsolutePath(), report.json());
    }
    return CommandLine.ExitCode.OK;
  }
}
