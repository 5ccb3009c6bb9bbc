package io.hydra.model.text;

import java.util.Arrays;
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
    return fMeasure(longestCommon(candidate, reference), candidate.size(), reference.size());
  }

  /** Mean of both: how close a text is to the user's own. */
  public static double closeness(List<String> candidate, List<String> reference) {
    return (rouge1(candidate, reference) + rougeL(candidate, reference)) / 2;
  }

  /**
   * Length of the longest common subsequence, 64 places of one side at a time (Hyyrö, 2004): n·m/64
   * steps, so that two sides of 1,024 words take some 16,000.
   */
  private static int longestCommon(List<String> a, List<String> b) {
    List<String> rows = a.size() < b.size() ? b : a;
    List<String> columns = a.size() < b.size() ? a : b;
    int blocks = (columns.size() + Long.SIZE - 1) / Long.SIZE;
    Map<String, long[]> places = new HashMap<>();
    for (int j = 0; j < columns.size(); j++) {
      places.computeIfAbsent(columns.get(j), w -> new long[blocks])[j / Long.SIZE] |= 1L << j;
    }
    // A zero bit is a place where the subsequence grows.
    long[] open = new long[blocks];
    Arrays.fill(open, -1L);
    for (String word : rows) {
      long[] matches = places.get(word);
      if (matches != null) {
        advance(open, matches);
      }
    }
    int common = 0;
    for (int j = 0; j < columns.size(); j++) {
      common += (open[j / Long.SIZE] >>> j & 1) == 0 ? 1 : 0;
    }
    return common;
  }

  /** open ← (open + (open ∧ matches)) ∨ (open ∧ ¬matches), with the carry from block to block. */
  private static void advance(long[] open, long[] matches) {
    long carry = 0;
    for (int k = 0; k < open.length; k++) {
      long v = open[k];
      long u = v & matches[k];
      long sum = v + u;
      long carried = sum + carry;
      carry = Long.compareUnsigned(sum, v) < 0 || Long.compareUnsigned(carried, sum) < 0 ? 1 : 0;
      open[k] = carried | (v & ~matches[k]);
    }
  }

  private static double fMeasure(int common, int candidate, int reference) {
    // 2PR / (P + R) with P = common / candidate and R = common / reference.
    return common == 0 ? 0 : 2.0 * common / (candidate + reference);
  }
}
