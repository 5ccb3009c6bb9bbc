package io.hydra.model.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ROUGE F-measures over lower-case words without stemming (Lin, 2004), 0 to 1. */
public final class Rouge {
  private Rouge() {}

  /** Unigram overlap, counted with multiplicity. */
  public static double rouge1(List<String> candidate, List<String> reference) {
    Map<String, Integer> counts = new HashMap<>();
    reference.forEach(w -> counts.merge(w, 1, Integer::sum));
    int overlap = 0;
    for (String word : candidate) {
      if (counts.merge(word, -1, Integer::sum) >= 0) {
        overlap++;
      }
    }
    return fMeasure(overlap, candidate.size(), reference.size());
  }

  /** Longest common subsequence. */
  public static double rougeL(List<String> candidate, List<String> reference) {
    int[] row = new int[reference.size() + 1];
    for (String word : candidate) {
      int diagonal = 0;
      for (int j = 1; j <= reference.size(); j++) {
        int above = row[j];
        row[j] = word.equals(reference.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return fMeasure(row[reference.size()], candidate.size(), reference.size());
  }

  private static double fMeasure(int common, int candidate, int reference) {
    // 2PR / (P + R) with P = common / candidate and R = common / reference.
    return common == 0 ? 0 : 2.0 * common / (candidate + reference);
  }
}
