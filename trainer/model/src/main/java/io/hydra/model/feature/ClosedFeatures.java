package io.hydra.model.feature;

import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Features of the options of a closed task. With π the options' shares among the population, c an
 * option, n items in the history, f_c = (n_c + 2π_c)/(n + 2) and v the options' values:
 *
 * <pre>
 * prior            log π_c
 * trunk            the trunk's score of c given the input, less its mean over the options
 * trunkUnsampled   the same where the LLM was not asked, 0 where it was
 * frequency        log(f_c / π_c)
 * recency          the same with the items weighted by recency, against f_c
 * meaningVote      log(((Σ k_i [y_i = c]) + f_c) / (Σ k_i + 1) / f_c), k by likeness in meaning
 * wordVote         the same, k by shared words
 * agreement        log((s_c + ½)/(s + ½C)) over the s samples; 0 where the LLM was not asked
 * ordinalHistory   −(v_c − mean of the user's values, shrunk to the population's)² / 4
 * ordinalTrunk     −(v_c − mean under the trunk's softmax)² / 4
 * ordinalSamples   −(v_c − mean of the samples)² / 4; 0 where the LLM was not asked
 * is:c             1 for this option
 * </pre>
 *
 * <p>The ordinal ones exist for ordered options alone. The scores of one query are compared with
 * each other only, so what is the same for all its candidates has no effect: with no history,
 * frequency, recency and votes are 0.
 */
public final class ClosedFeatures implements CandidateFeatures {
  private static final double SHRINKAGE = 2;
  private static final String UNSAMPLED = "trunkUnsampled";
  private static final List<String> COMMON =
      List.of(
          "prior",
          "trunk",
          UNSAMPLED,
          "frequency",
          "recency",
          "meaningVote",
          "wordVote",
          "agreement");
  private static final List<String> ORDINAL =
      List.of("ordinalHistory", "ordinalTrunk", "ordinalSamples");

  private final TaskSpec task;
  private final List<String> options;
  private final double[] shares;
  private final float[][] trunk;
  private final double[] values;
  private final List<String> names;

  /**
   * @param shares π, one per option, above 0, summing to 1
   * @param trunk options × dimensions; without rows if no trunk was trained for the task
   */
  public ClosedFeatures(TaskSpec task, double[] shares, float[][] trunk) {
    this.task = task;
    this.options = task.options();
    this.shares = shares.clone();
    this.trunk = trunk;
    this.values =
        task.isOrdinal()
            ? options.stream().mapToDouble(Double::parseDouble).toArray()
            : new double[0];
    List<String> all = new ArrayList<>(COMMON);
    if (task.isOrdinal()) {
      all.addAll(ORDINAL);
    }
    options.forEach(o -> all.add("is:" + o));
    this.names = List.copyOf(all);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public double[] defaultWeights() {
    double[] weights = new double[names.size()];
    weights[names.indexOf("agreement")] = 1;
    return weights;
  }

  @Override
  public boolean isPersonal(int feature) {
    // A user's past items come without samples, and the answer to a query with them: what δ learnt
    // here would be lost there.
    return !names.get(feature).equals(UNSAMPLED);
  }

  @Override
  public double[][] of(Situation situation, List<String> candidates, Samples samples) {
    int count = options.size();
    double[] trunkScores = trunkScores(situation.vector());
    double[] frequency = blend(counts(situation, ones(situation.past().size())), shares, SHRINKAGE);
    double[] recency = blend(counts(situation, situation.recencyKernel()), frequency, 1);
    double[] meaning = blend(counts(situation, situation.meaningKernel()), frequency, 1);
    double[] word = blend(counts(situation, situation.wordKernel()), frequency, 1);
    double[][] all = new double[count][names.size()];
    for (int c = 0; c < count; c++) {
      double[] z = all[c];
      z[0] = Math.log(shares[c]);
      z[1] = trunkScores[c];
      z[2] = samples.isMissing() ? trunkScores[c] : 0;
      z[3] = Math.log(frequency[c] / shares[c]);
      z[4] = Math.log(recency[c] / frequency[c]);
      z[5] = Math.log(meaning[c] / frequency[c]);
      z[6] = Math.log(word[c] / frequency[c]);
      z[7] =
          samples.isMissing()
              ? 0
              : Math.log((samples.count(options.get(c)) + 0.5) / (samples.total() + 0.5 * count));
      z[names.size() - count + c] = 1;
    }
    if (values.length > 0) {
      addOrdinal(all, frequency, trunkScores, samples);
    }
    double[][] chosen = new double[candidates.size()][];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = all[options.indexOf(candidates.get(i))];
    }
    return chosen;
  }

  private void addOrdinal(
      double[][] all, double[] frequency, double[] trunkScores, Samples samples) {
    int first = COMMON.size();
    double byHistory = mean(c -> frequency[c]);
    double top = Double.NEGATIVE_INFINITY;
    for (double score : trunkScores) {
      top = Math.max(top, score);
    }
    double peak = top;
    double byTrunk = mean(c -> Math.exp(trunkScores[c] - peak));
    double bySamples = samples.isMissing() ? 0 : mean(c -> samples.count(options.get(c)));
    for (int c = 0; c < all.length; c++) {
      all[c][first] = -square(values[c] - byHistory) / 4;
      all[c][first + 1] = -square(values[c] - byTrunk) / 4;
      all[c][first + 2] = samples.isMissing() ? 0 : -square(values[c] - bySamples) / 4;
    }
  }

  private double mean(ToDoubleFunction<Integer> weight) {
    double sum = 0;
    double total = 0;
    for (int c = 0; c < values.length; c++) {
      double w = weight.applyAsDouble(c);
      sum += w * values[c];
      total += w;
    }
    return sum / total;
  }

  private double[] trunkScores(float[] vector) {
    double[] scores = new double[options.size()];
    if (trunk.length == 0) {
      return scores;
    }
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = Situation.cosine(trunk[c], vector);
      sum += scores[c];
    }
    for (int c = 0; c < scores.length; c++) {
      scores[c] -= sum / scores.length;
    }
    return scores;
  }

  /** Sum of the items' weights per option; an item outside the options counts for none. */
  private double[] counts(Situation situation, double[] kernel) {
    double[] counts = new double[options.size()];
    for (int i = 0; i < kernel.length; i++) {
      int c = task.indexOf(situation.past().get(i).output());
      if (c >= 0) {
        counts[c] += kernel[i];
      }
    }
    return counts;
  }

  private static double[] blend(double[] counts, double[] prior, double strength) {
    double total = strength;
    for (double count : counts) {
      total += count;
    }
    double[] shares = new double[counts.length];
    for (int c = 0; c < shares.length; c++) {
      shares[c] = (counts[c] + strength * prior[c]) / total;
    }
    return shares;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  private static double square(double x) {
    return x * x;
  }
}
