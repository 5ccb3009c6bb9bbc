package io.hydra.model.base;

import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Picks plain sampling's answer: what the LLM's samples say together, whoever asks, but for equals:
 * the first of them is taken, and the order of the candidates is the caller's.
 */
public final class PlainAnswer {
  private PlainAnswer() {}

  /**
   * Self-consistency (Wang et al., 2023): the most frequent option, or the lower median where
   * options are ordered; for open text the sample that agrees most with all of them by ROUGE-1
   * (minimum Bayes risk).
   *
   * @param candidates in the order that decides between equals, but for ordered options
   * @param samples the number of times each candidate was said; below 0 counts as never
   * @return index of the answer, the first of equals; -1 if none was sampled
   */
  public static int of(TaskSpec task, List<String> candidates, int[] samples) {
    int[] said = IntStream.range(0, samples.length).filter(c -> samples[c] > 0).toArray();
    if (task.isOrdinal()) {
      return median(task, candidates, samples, said);
    }
    return task.isClosed() ? most(samples, said) : central(candidates, samples, said);
  }

  private static int median(TaskSpec task, List<String> candidates, int[] samples, int[] said) {
    ToIntFunction<Integer> place = c -> task.indexOf(candidates.get(c));
    List<Integer> ordered =
        IntStream.of(said)
            .boxed()
            .filter(c -> place.applyAsInt(c) >= 0)
            .sorted(Comparator.comparingInt(place))
            .toList();
    long total = ordered.stream().mapToLong(c -> samples[c]).sum();
    long below = 0;
    for (int c : ordered) {
      below += samples[c];
      if (2 * below >= total) {
        return c;
      }
    }
    return -1;
  }

  private static int most(int[] samples, int[] said) {
    int most = -1;
    for (int c : said) {
      most = most < 0 || samples[c] > samples[most] ? c : most;
    }
    return most;
  }

  private static int central(List<String> candidates, int[] samples, int[] said) {
    List<List<String>> words =
        IntStream.of(said).mapToObj(c -> Words.of(candidates.get(c))).toList();
    int best = -1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < said.length; i++) {
      double agreement = 0;
      for (int j = 0; j < said.length; j++) {
        agreement += samples[said[j]] * Rouge.rouge1(words.get(i), words.get(j));
      }
      if (agreement > highest) {
        best = said[i];
        highest = agreement;
      }
    }
    return best;
  }
}
