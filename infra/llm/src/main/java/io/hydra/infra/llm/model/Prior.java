package io.hydra.infra.llm.model;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that the simulated LLM has learned before its first request.
 *
 * <p>A task counts as closed if its outputs are few words (at most four) and repeat (at most half
 * of them distinct); the others teach how texts are shortened.
 */
public final class Prior {
  private static final int LABEL_WORDS = 4;

  private final Vocabulary vocabulary;
  private final List<LabelPrior> labels = new ArrayList<>();
  private final List<TitlePrior> titles = new ArrayList<>();

  private Prior(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Learns from the pairs; of none, everything is equally likely. */
  public static Prior learn(List<PriorPair> pairs) {
    Prior prior = new Prior(Vocabulary.of(pairs.stream().map(PriorPair::input).toList()));
    Map<String, List<PriorPair>> byTask = new TreeMap<>();
    pairs.forEach(p -> byTask.computeIfAbsent(p.task(), t -> new ArrayList<>()).add(p));
    byTask.values().forEach(prior::learnTask);
    if (prior.labels.isEmpty()) {
      prior.labels.add(LabelPrior.learn(List.of(), List.of(), prior.vocabulary.size()));
    }
    if (prior.titles.isEmpty()) {
      prior.titles.add(TitlePrior.learn(List.of(), prior.vocabulary));
    }
    return prior;
  }

  private void learnTask(List<PriorPair> pairs) {
    List<String> outputs = pairs.stream().map(PriorPair::output).toList();
    if (isClosed(outputs)) {
      List<Text> inputs = pairs.stream().map(p -> Text.of(p.input(), vocabulary)).toList();
      labels.add(LabelPrior.learn(inputs, outputs, vocabulary.size()));
    } else {
      titles.add(TitlePrior.learn(pairs, vocabulary));
    }
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * Of the closed tasks, the one that knows most of these labels.
   *
   * @param options in the form of {@link LabelPrior#key}
   */
  public LabelPrior labelsLike(List<String> options) {
    LabelPrior best = labels.get(0);
    long bestKnown = -1;
    for (LabelPrior candidate : labels) {
      long known = options.stream().filter(candidate::knows).count();
      if (known > bestKnown) {
        bestKnown = known;
        best = candidate;
      }
    }
    return best;
  }

  /** Of the open tasks, the one whose inputs read most like this text. */
  public TitlePrior titlesLike(Text text) {
    TitlePrior best = titles.get(0);
    if (titles.size() == 1) {
      return best;
    }
    double bestFit = Double.NEGATIVE_INFINITY;
    for (TitlePrior title : titles) {
      double fit = title.fit(text);
      if (fit > bestFit) {
        bestFit = fit;
        best = title;
      }
    }
    return best;
  }

  private static boolean isClosed(List<String> outputs) {
    return outputs.stream().allMatch(Prior::isLabel)
        && outputs.stream().distinct().count() * 2 <= outputs.size();
  }

  /** True for an answer as short as labels are. */
  public static boolean isLabel(String answer) {
    return Words.lower(answer).size() <= LABEL_WORDS;
  }

  /** One line of sample text: an input of a task and what some person answered. */
  public record PriorPair(String task, String input, String output) {
    public PriorPair {
      requireNonNull(task, "task");
      requireNonNull(input, "input");
      requireNonNull(output, "output");
    }
  }

  /** Probabilities from logits. */
  public static final class Softmax {
    private Softmax() {}

    public static double[] of(double[] logits) {
      double max = Double.NEGATIVE_INFINITY;
      for (double logit : logits) {
        max = Math.max(max, logit);
      }
      double[] p = new double[logits.length];
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.exp(logits[i] - max);
        sum += p[i];
      }
      for (int i = 0; i < p.length; i++) {
        p[i] /= sum;
      }
      return p;
    }
  }
}
