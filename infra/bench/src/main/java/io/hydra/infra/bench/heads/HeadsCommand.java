package io.hydra.infra.bench.heads;

import io.hydra.infra.bench.heads.HeadsReport.HeadSize;
import io.hydra.infra.bench.heads.HeadsReport.Line;
import io.hydra.infra.bench.heads.HeadsReport.Machine;
import io.hydra.model.PersonalModel;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  /** One closed and one open task. */
  static final List<String> TASKS = List.of("LaMP_2N", "LaMP_5");

  private static final long SEED = 1;

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
    HeadsReport report = measure(Meter.ofThisThread(seconds));
    spec.commandLine().getOut().print(report.text());
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  private HeadsReport measure(Meter meter) {
    Machine before = Machine.now();
    MadeUp data = new MadeUp(SEED + 2);
    List<Line> lines = new ArrayList<>();
    EncodeBench encode = new EncodeBench(meter, data);
    try (Encoder builtIn = BuiltInEncoder.initialize(EncoderShape.DEFAULT, SEED)) {
      lines.addAll(encode.lines("built-in", builtIn));
    }
    if (encoder != null) {
      try (Encoder other = EncoderSource.open(encoder)) {
        lines.addAll(encode.lines("imported", other));
      }
    }
    try (PersonalModel model =
        new PersonalModel("bench", MadeUpBase.train(TASKS, SEED), TaskCatalogue.shipped())) {
      List<TaskSpec> tasks =
          TASKS.stream().map(id -> model.tasks().find(id).orElseThrow()).toList();
      for (TaskSpec task : tasks) {
        lines.addAll(new UpdateBench(meter, model, task, data).lines());
      }
      AnswerBench answer = new AnswerBench(meter, model, data);
      for (TaskSpec task : tasks) {
        lines.addAll(answer.lines(task));
      }
      lines.addAll(answer.comparisons());
      List<HeadSize> sizes =
          model.tasks().all().stream().map(task -> HeadSize.of(model, task, data)).toList();
      return new HeadsReport(seconds, before, Machine.now(), lines, sizes);
    }
  }
}
