package io.hydra.infra.bench.heads;

import io.hydra.infra.bench.heads.HeadsReport.Line;
import io.hydra.infra.bench.heads.Meter.Timing;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All of an answer but the LLM: a new query is read, a history of known items reranked, eight
 * candidates scored. Beside it the product of the history's vectors with the query's, and the
 * paper's heads on its ten items and eight candidates, without the paper's encoder.
 */
final class AnswerBench {
  private static final String SECTION = "answer";
  private static final double TARGET_P99 = 10_000;
  private static final int ITEMS = 200;
  private static final int DIMENSIONS = 64;
  private static final int PAPER_DIMENSIONS = 768;
  private static final int PAPER_PAIRS = 10 + 8;

  private final Meter meter;
  private final PersonalModel model;
  private final MadeUp data;
  private final Timing product;

  AnswerBench(Meter meter, PersonalModel model, MadeUp data) {
    this.meter = meter;
    this.model = model;
    this.data = data;
    SplittableRandom random = new SplittableRandom(1);
    float[] matrix = Plain.floats(random, ITEMS * DIMENSIONS);
    float[] vector = Plain.floats(random, DIMENSIONS);
    this.product = meter.time(() -> (double) Plain.product(matrix, vector)[0]);
  }

  private record Asked(HistoryItem item, List<String> samples) {}

  List<Line> lines(TaskSpec task) {
    List<HistoryItem> history = data.history(task, ITEMS);
    Learner learner = model.learner(task, FitSettings.DEFAULT);
    for (HistoryItem item : history) {
      learner.learn(item, Samples.of(data.samples(task, item)));
    }
    Heads heads = learner.heads(1);
    String kind = task.isClosed() ? "closed" : "open";
    return List.of(
        line(
            kind + ": history read again",
            meter.time(
                1,
                () -> asked(task),
                asked -> answer(model.read(task, history, asked.item().input()), asked, heads))),
        line(
            kind + ": history kept in memory",
            meter.time(
                1,
                () -> asked(task),
                asked -> answer(model.read(task, learner, asked.item().input()), asked, heads))));
  }

  private Line line(String name, Timing timing) {
    return Line.of(SECTION, name, timing, product).withP99Target(TARGET_P99);
  }

  private Asked asked(TaskSpec task) {
    HistoryItem item = data.item(task);
    return new Asked(item, data.samples(task, item));
  }

  private static double answer(Reading reading, Asked asked, Heads heads) {
    return reading.rank(heads).get(0).score()
        + reading.choose(asked.samples(), heads).candidates().get(0).probability();
  }

  /** The ceiling's own line, and the paper's. */
  List<Line> comparisons() {
    SplittableRandom random = new SplittableRandom(2);
    float[] first = Plain.floats(random, PAPER_DIMENSIONS * PAPER_DIMENSIONS);
    float[] second = Plain.floats(random, 2 * PAPER_DIMENSIONS);
    float[] pair = Plain.floats(random, PAPER_DIMENSIONS);
    Timing paper =
        meter.time(
            () -> {
              double sum = 0;
              for (int i = 0; i < PAPER_PAIRS; i++) {
                sum += Plain.paperHead(first, second, pair);
              }
              return sum;
            });
    return List.of(
        Line.ceiling(SECTION, "ceiling: %d × %d · vector".formatted(ITEMS, DIMENSIONS), product),
        Line.of(
            SECTION,
            "the paper's heads, %d pairs, no encoder".formatted(PAPER_PAIRS),
            paper,
            product));
  }
}
