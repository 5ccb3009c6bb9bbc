package io.hydra.model.feature;

import java.util.List;

/**
 * z of the reranker: what it sees of each retrieved item.
 *
 * <pre>
 * words      BM25 / the highest BM25 of the retrieved
 * meaning    cosine of the item's input with the query's
 * trunk      Σ_c p_c q_c: how likely the trunk calls both inputs the same
 * recency    1 / (1 + number of newer items)
 * plausible  the adapter's belief, without samples, in the item's output as the answer
 *            (open text: the ROUGE-1 to expect of it)
 * </pre>
 */
public final class ItemFeatures {
  public static final List<String> NAMES =
      List.of("words", "meaning", "trunk", "recency", "plausible");

  private ItemFeatures() {}

  /** BM25's own order. */
  public static double[] defaultWeights() {
    return new double[] {4, 0, 0, 0, 0};
  }

  /**
   * @param items indices into the situation's past
   * @param plausible one per item
   * @return items × features
   */
  public static double[][] of(Situation situation, List<Integer> items, double[] plausible) {
    double best = items.stream().mapToDouble(i -> situation.bm25()[i]).max().orElse(0);
    double[] trunk = situation.trunkKernel();
    double[][] features = new double[items.size()][];
    for (int r = 0; r < features.length; r++) {
      int i = items.get(r);
      features[r] =
          new double[] {
            best > 0 ? situation.bm25()[i] / best : 0,
            Situation.dot(situation.query().vector(), situation.inputs().get(i).vector()),
            trunk[i],
            1.0 / (situation.past().size() - i),
            plausible[r]
          };
    }
    return features;
  }
}
