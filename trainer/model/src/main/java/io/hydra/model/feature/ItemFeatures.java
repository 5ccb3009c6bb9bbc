package io.hydra.model.feature;

import java.util.ArrayList;
import java.util.List;

/**
 * z of the reranker: what it sees of each retrieved item.
 *
 * <pre>
 * words         BM25 / the highest BM25 of the retrieved
 * close         cosine of the item's input with the query's
 * trunk         Σ_c p_c q_c: how likely the trunk calls both inputs the same
 * recency       1 / (1 + number of newer items)
 * plausible     the adapter's belief, without samples, in the item's output as the answer
 *               (open text: the ROUGE-1 to expect of it)
 * meaning       close, by the encoder of meaning
 * meaningTrunk  trunk, by the encoder of meaning
 * </pre>
 *
 * <p>The last two exist where there is such an encoder alone.
 */
public final class ItemFeatures {
  private static final List<String> COMMON =
      List.of("words", "close", "trunk", "recency", "plausible");
  private static final List<String> MEANING = List.of("meaning", "meaningTrunk");

  private ItemFeatures() {}

  /** One name per feature, in order. */
  public static List<String> names(boolean hasMeaning) {
    List<String> names = new ArrayList<>(COMMON);
    if (hasMeaning) {
      names.addAll(MEANING);
    }
    return names;
  }

  /** BM25's own order. */
  public static double[] defaultWeights(boolean hasMeaning) {
    double[] weights = new double[names(hasMeaning).size()];
    weights[0] = 4;
    return weights;
  }

  /**
   * @param items indices into the situation's past
   * @param plausible one per item
   * @return items × features
   */
  public static double[][] of(Situation situation, List<Integer> items, double[] plausible) {
    double best = items.stream().mapToDouble(i -> situation.bm25()[i]).max().orElse(0);
    Aspect words = situation.words();
    Aspect meaning = situation.meaning();
    double[] trunk = words.trunkKernel();
    double[] meaningTrunk = meaning == null ? null : meaning.trunkKernel();
    double[][] features = new double[items.size()][names(meaning != null).size()];
    for (int r = 0; r < features.length; r++) {
      int i = items.get(r);
      double[] z = features[r];
      z[0] = best > 0 ? situation.bm25()[i] / best : 0;
      z[1] = words.cosine(i);
      z[2] = trunk[i];
      z[3] = 1.0 / (situation.past().size() - i);
      z[4] = plausible[r];
      if (meaning != null) {
        z[5] = meaning.cosine(i);
        z[6] = meaningTrunk[i];
      }
    }
    return features;
  }
}
