package io.hydra.infra.llm.prior;

import io.hydra.infra.llm.text.Idf;
import io.hydra.infra.llm.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that the simulated LLM has learnt before its first request.
 *
 * <p>A task counts as closed if its outputs are few words (at most four) and repeat (at most half
 * of them distinct); the others teach how texts are shortened.
 */
public final class Prior {
  private static final int LABEL_WORDS = 4;

  private final Idf idf;
  private final List<LabelPrior> labels;
  private final List<TitlePrior> titles;

  private Prior(Idf idf, List<LabelPrior> labels, List<TitlePrior> titles) {
    this.idf = idf;
    this.labels = List.copyOf(labels);
    this.titles = List.copyOf(titles);
  }

  /** Learns from the pairs; of none, everything is equally likely. */
  public static Prior learn(List<PriorPair> pairs) {
    List<List<String>> inputs = new ArrayList<>(pairs.size());
    Map<String, List<LearntPair>> byTask = new TreeMap<>();
    Map<String, String> vocabulary = new HashMap<>();
    for (PriorPair pair : pairs) {
      List<String> words = Words.lower(pair.input());
      // One string for all occurrences of a word, or the sample text stands on the heap twice.
      words.replaceAll(w -> vocabulary.computeIfAbsent(w, k -> k));
      inputs.add(words);
      byTask
          .computeIfAbsent(pair.task(), t -> new ArrayList<>())
          .add(new LearntPair(words, pair.output()));
    }
    Idf idf = new Idf(inputs);
    List<LabelPrior> labels = new ArrayList<>();
    List<TitlePrior> titles = new ArrayList<>();
    for (List<LearntPair> task : byTask.values()) {
      if (isClosed(task)) {
        labels.add(LabelPrior.learn(task));
      } else {
        titles.add(TitlePrior.learn(task, idf));
      }
    }
    if (labels.isEmpty()) {
      labels.add(LabelPrior.learn(List.of()));
    }
    if (titles.isEmpty()) {
      titles.add(TitlePrior.learn(List.of(), idf));
    }
    return new Prior(idf, labels, titles);
  }

  public Idf idf() {
    return idf;
  }

  /** Of the closed tasks, the one whose texts carry most of these labels. */
  public LabelPrior labelsLike(List<String> options) {
    LabelPrior best = labels.get(0);
    long bestKnown = -1;
    for (LabelPrior candidate : labels) {
      long known = options.stream().filter(o -> candidate.texts(o) > 0).count();
      if (known > bestKnown) {
        bestKnown = known;
        best = candidate;
      }
    }
    return best;
  }

  /** Of the open tasks, the one whose inputs read most like this text. */
  public TitlePrior titlesLike(List<String> words) {
    TitlePrior best = titles.get(0);
    double bestFit = Double.NEGATIVE_INFINITY;
    for (TitlePrior title : titles) {
      double fit = title.fit(words);
      if (fit > bestFit) {
        bestFit = fit;
        best = title;
      }
    }
    return best;
  }

  private static boolean isClosed(List<LearntPair> pairs) {
    Set<String> distinct = new HashSet<>();
    for (LearntPair pair : pairs) {
      if (Words.lower(pair.output()).size() > LABEL_WORDS) {
        return false;
      }
      distinct.add(pair.output());
    }
    return distinct.size() * 2 <= pairs.size();
  }

  /** An input as lower-cased words, and its output. */
  record LearntPair(List<String> input, String output) {}
}
