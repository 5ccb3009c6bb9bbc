package io.hydra.infra.bench.heads;

import io.hydra.infra.bench.heads.HeadsReport.HeadSize;
import io.hydra.infra.bench.heads.HeadsReport.Line;
import io.hydra.infra.bench.heads.HeadsReport.Machine;
import io.hydra.model.PersonalModel;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.task.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures the model: encoder, head update, answer, bytes. */
final class HeadsBench {
  private static final long SEED = 1;

  private HeadsBench() {}

  /**
   * @param seconds of measuring per line, for the report
   * @param imported an encoder to measure beside the built-in one
   */
  static HeadsReport run(Meter meter, double seconds, Optional<Path> imported) {
    Machine before = Machine.now();
    MadeUp data = new MadeUp(SEED + 2);
    List<Line> lines = new ArrayList<>();
    List<HeadSize> sizes;
    EncodeBench encode = new EncodeBench(meter, data);
    try (Encoder builtIn = BuiltInEncoder.initialize(EncoderShape.DEFAULT, SEED)) {
      lines.addAll(encode.lines("built-in", builtIn));
    }
    if (imported.isPresent()) {
      try (Encoder other = EncoderSource.open(imported.get())) {
        lines.addAll(encode.lines("imported", other));
      }
    }
    try (PersonalModel model = BenchBase.train(SEED)) {
      List<TaskSpec> tasks =
          List.of(BenchBase.CLOSED, BenchBase.OPEN).stream()
              .map(id -> model.tasks().find(id).orElseThrow())
              .toList();
      for (TaskSpec task : tasks) {
        lines.addAll(new UpdateBench(meter, model, task, data).lines());
      }
      AnswerBench answer = new AnswerBench(meter, model, data);
      for (TaskSpec task : tasks) {
        lines.addAll(answer.lines(task));
      }
      lines.addAll(answer.comparisons());
      sizes = model.tasks().all().stream().map(task -> HeadSize.of(model, task, data)).toList();
    }
    return new HeadsReport(seconds, before, Machine.now(), lines, sizes);
  }
}
