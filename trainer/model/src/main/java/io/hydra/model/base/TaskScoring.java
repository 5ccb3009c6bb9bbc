package io.hydra.model.base;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.feature.CandidateFeatures;
import io.hydra.model.feature.ClosedFeatures;
import io.hydra.model.feature.OpenFeatures;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.head.Example;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What training a base, updating a head and answering a query have in common. */
public final class TaskScoring {
  /** How sharply closeness to the user's own text becomes belief. */
  private static final double CLOSENESS_TEMPERATURE = 0.05;

  private TaskScoring() {}

  public static CandidateFeatures features(TaskSpec task, TaskBase base, Encoder encoder) {
    return task.isClosed()
        ? new ClosedFeatures(task, base.shares(), base.trunk())
        : new OpenFeatures(encoder, base.usualLength());
  }

  /** All options of a closed task, whether sampled or not; the distinct samples of an open one. */
  public static List<String> candidates(TaskSpec task, Samples samples) {
    return task.isClosed() ? task.options() : List.copyOf(samples.counts().keySet());
  }

  /**
   * The M items nearest by BM25.
   *
   * @return indices into the situation's past: highest score first, newer first where scores are
   *     equal, so that a query that shares no word with the history gets the newest items
   */
  public static List<Integer> retrieve(Situation situation, int m) {
    return IntStream.range(0, situation.past().size())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -situation.bm25()[i])
                .thenComparing(Comparator.reverseOrder()))
        .limit(m)
        .toList();
  }

  /**
   * What can be learnt from the user's own output. Closed: the option itself. Open: candidates
   * share belief by their closeness, mean of ROUGE-1 and ROUGE-L, to the user's text.
   *
   * @return empty if there is no signal: an output outside the options, or fewer than two
   *     candidates
   */
  public static Optional<Example> example(
      TaskSpec task,
      CandidateFeatures features,
      Situation situation,
      String output,
      Samples samples) {
    List<String> candidates = candidates(task, samples);
    double[] target = new double[candidates.size()];
    if (task.isClosed()) {
      int c = task.indexOf(output);
      if (c < 0) {
        return Optional.empty();
      }
      target[c] = 1;
    } else {
      if (candidates.size() < 2) {
        return Optional.empty();
      }
      List<String> own = Words.of(output);
      List<Double> closeness = new ArrayList<>();
      for (String candidate : candidates) {
        List<String> words = Words.of(candidate);
        closeness.add((Rouge.rouge1(words, own) + Rouge.rougeL(words, own)) / 2);
      }
      double best = closeness.stream().mapToDouble(x -> x).max().orElseThrow();
      double total = 0;
      for (int c = 0; c < target.length; c++) {
        target[c] = Math.exp((closeness.get(c) - best) / CLOSENESS_TEMPERATURE);
        total += target[c];
      }
      for (int c = 0; c < target.length; c++) {
        target[c] /= total;
      }
    }
    return Optional.of(new Example(features.of(situation, candidates, samples), target));
  }
}
