package io.hydra.infra.bench.heads;

import static java.util.Comparator.comparingDouble;

import io.hydra.infra.bench.heads.HeadsReport.Line;
import io.hydra.infra.bench.heads.Meter.Timing;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.Example;
import io.hydra.model.head.HeadFitter;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** From a new event to heads, beside the plain arithmetic of one Newton step. */
final class UpdateBench {
  static final int HISTORY = 200;

  private static final String SECTION = "head update";
  private static final double TARGET_CPU = 1000;

  /** A learner's history grows with every event; after so many it starts again. */
  private static final int EVENTS = 50;

  private final Meter meter;
  private final PersonalModel model;
  private final TaskSpec task;
  private final MadeUp data;
  private final String kind;

  UpdateBench(Meter meter, PersonalModel model, TaskSpec task, MadeUp data) {
    this.meter = meter;
    this.model = model;
    this.task = task;
    this.data = data;
    this.kind = task.isClosed() ? "closed" : "open";
  }

  List<Line> lines() {
    List<Example> examples = examples();
    double[] population = model.scorer(task).base().adapter();
    double[][][] z = examples.stream().map(Example::features).toArray(double[][][]::new);
    Timing step = meter.time(() -> Plain.hessian(z, 0.1)[0][0]);
    String size = "%d × %d × %d".formatted(z.length, z[0].length, z[0][0].length);
    List<Example> judged = withRejections(examples, population);
    return List.of(
        line("fit alone, " + size, fit(examples, population), step).withCpuTarget(TARGET_CPU),
        line("the same, half of it rejections", fit(judged, population), step)
            .withCpuTarget(TARGET_CPU),
        line("one event learned, texts known", event(true), step).withCpuTarget(TARGET_CPU),
        line("one event learned, texts new", event(false), step).withCpuTarget(TARGET_CPU),
        line("history of %d again, texts known".formatted(HISTORY), anew(true), step),
        line("history of %d again, texts new".formatted(HISTORY), anew(false), step),
        Line.ceiling(SECTION, "%s: ceiling: one Hessian of %s".formatted(kind, size), step));
  }

  private Timing fit(List<Example> examples, double[] population) {
    return meter.time(
        () -> (double) HeadFitter.fit(examples, population, FitSettings.DEFAULT).examples());
  }

  /** Every other example becomes the rejection of the population's favourite. */
  private static List<Example> withRejections(List<Example> examples, double[] population) {
    List<Example> judged = new ArrayList<>(examples);
    for (int e = 0; e < judged.size(); e += 2) {
      double[][] z = judged.get(e).features();
      double[] scores = Softmax.scores(z, population);
      int best = IntStream.range(0, z.length).boxed().max(comparingDouble(c -> scores[c])).get();
      judged.set(e, Example.ofRejection(z, population, best));
    }
    return judged;
  }

  private Line line(String name, Timing timing, Timing ceiling) {
    return Line.of(SECTION, kind + ": " + name, timing, ceiling);
  }

  /** The last events of a history, with what the LLM said. */
  private List<Example> examples() {
    TaskScorer scorer = model.scorer(task);
    Timeline timeline = scorer.timeline();
    timeline.append(data.history(task, HISTORY));
    List<Example> examples = new ArrayList<>();
    for (int i = HISTORY - FitSettings.DEFAULT.replay(); i < HISTORY; i++) {
      Samples samples = Samples.of(data.samples(task, timeline.item(i)));
      scorer
          .adapterExample(
              scorer.features().prepare(timeline.before(i)), timeline.item(i).output(), samples)
          .ifPresent(examples::add);
    }
    return examples;
  }

  private record Event(Learner learner, HistoryItem item, Samples samples) {}

  /**
   * @param known whether the event's texts were read before, as a query's are when it is answered
   */
  private Timing event(boolean known) {
    Learners learners = new Learners();
    return meter.time(
        1,
        () -> {
          HistoryItem item = data.item(task);
          Samples samples = Samples.of(data.samples(task, item));
          Event event = new Event(learners.next(), item, samples);
          if (known) {
            event.learner().query(item.input());
            read(item, samples);
          }
          return event;
        },
        event -> {
          event.learner().learn(event.item(), event.samples());
          return value(event.learner().heads(1));
        });
  }

  private void read(HistoryItem item, Samples samples) {
    if (!task.isClosed()) {
      Timeline scratch = model.scorer(task).timeline();
      scratch.append(item);
      List<String> candidates = model.scorer(task).candidates(samples);
      double[][] unused =
          model.scorer(task).features().of(scratch.query(item.input()), candidates, samples);
    }
  }

  private Timing anew(boolean known) {
    History one = history();
    return meter.time(
        1, known ? () -> one : this::history, history -> value(model.fit(task, history).heads()));
  }

  private History history() {
    return new History(HISTORY, data.history(task, HISTORY));
  }

  private static double value(Heads heads) {
    return heads.adapter().populationLoss() + heads.reranker().populationLoss();
  }

  /** A user with a full history, who then learns some events. */
  private final class Learners {
    private Learner learner;
    private int events = EVENTS;

    Learner next() {
      if (events == EVENTS) {
        learner = model.learner(task, FitSettings.DEFAULT);
        for (HistoryItem item : data.history(task, HISTORY)) {
          learner.learn(item, Samples.of(data.samples(task, item)));
        }
        events = 0;
      }
      events++;
      return learner;
    }
  }
}
