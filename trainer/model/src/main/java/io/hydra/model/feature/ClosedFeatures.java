package io.hydra.model.feature;

import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Features of the options of a closed task. With π the options' shares among the population, c an
 * option, n items in the history, f_c = (n_c + 2π_c)/(n + 2) and v the options' values:
 *
 * <pre>
 * prior            log π_c
 * trunk            the trunk's score of c given the input, less its mean over the options
 * frequency        log(f_c / π_c)
 * recency          the same with the items weighted by recency, against f_c
 * closeVote        log(((Σ k_i [y_i = c]) + f_c) / (Σ k_i + 1) / f_c), k by closeness
 * wordVote         the same, k by shared words
 * trunkVote        the same, k by how likely the trunk calls both the same
 * agreement        log((s_c + ½)/(s + ½C)) over the s samples; 0 where the LLM was not asked
 * ordinalHistory   −(v_c − mean of the user's values, shrunk to the population's)² / 4u²
 * ordinalTrunk     −(v_c − mean under the trunk's softmax)² / 4u²
 * ordinalVote      −(v_c − mean under the close vote)² / 4u²
 * ordinalSamples   −(v_c − mean of the samples)² / 4u²; 0 where the LLM was not asked
 * meaningTrunk, meaningVote, meaningTrunkVote, ordinalMeaningTrunk, ordinalMeaningVote
 *                  trunk, closeVote, trunkVote, ordinalTrunk, ordinalVote, by the encoder of
 *                  meaning, where there is one
 * memory           the votes of the population's items, {@link Neighbours#votes}, by the same; 0 if
 *                  the base remembers none
 * named            10 (cos(input, name of c) − its mean over the options), by the encoder of meaning,
 *                  where the base knows what the options' names mean
 * is:c             1 for this option
 * </pre>
 *
 * <p>The ordinal ones exist for ordered options alone; u is the mean step between neighbouring
 * options, so that 10, 20, … 50 are rated as 1, 2, … 5 are, and a prior's strength means the same.
 * The scores of one query are compared with each other only, so what is the same for all its
 * candidates has no effect: with no history, frequency, recency and votes are 0. Votes follow the
 * user's own labels, so they also follow a user who names things in their own way.
 */
public final class ClosedFeatures implements CandidateFeatures {
  private static final double SHRINKAGE = 2;
  private static final List<String> COMMON =
      List.of("prior trunk frequency recency closeVote wordVote trunkVote agreement".split(" "));
  private static final int AGREEMENT = COMMON.indexOf("agreement");
  private static final List<String> ORDINAL =
      List.of("ordinalHistory", "ordinalTrunk", "ordinalVote", "ordinalSamples");
  private static final List<String> MEANING =
      List.of("meaningTrunk", "meaningVote", "meaningTrunkVote", "memory");
  private static final List<String> ORDINAL_MEANING =
      List.of("ordinalMeaningTrunk", "ordinalMeaningVote");
  private static final String NAMED = "named";

  /** The cosines of a text with the names of news and film labels deviate by .06. */
  private static final double NAMED_SCALE = 10;

  private final List<String> options;
  private final double[] shares;
  private final double[] values;
  private final double step;
  private final Neighbours neighbours;
  private final int firstMeaning;
  private final Trunk optionNames;
  private final int named;
  private final List<String> names;

  /**
   * @param shares π, one per option, above 0, summing to 1
   * @param memory of the population; null where situations have no aspect of meaning
   * @param optionNames meanings of the options' names, options × dimensions; {@link Trunk#NONE}
   *     where they are not known
   */
  public ClosedFeatures(TaskSpec task, double[] shares, Memory memory, Trunk optionNames) {
    this.options = task.options();
    this.shares = shares.clone();
    boolean remembers = memory != null && memory.labels().length > 0;
    this.neighbours = remembers ? new Neighbours(memory, this.shares) : null;
    List<String> numbers = task.isOrdinal() ? options : List.of();
    this.values = numbers.stream().mapToDouble(Double::parseDouble).toArray();
    this.step =
        values.length > 1 ? (values[values.length - 1] - values[0]) / (values.length - 1) : 1;
    List<String> all = new ArrayList<>(COMMON);
    if (task.isOrdinal()) {
      all.addAll(ORDINAL);
    }
    this.firstMeaning = all.size();
    if (memory != null) {
      all.addAll(MEANING);
    }
    if (memory != null && task.isOrdinal()) {
      all.addAll(ORDINAL_MEANING);
    }
    this.optionNames = memory == null ? Trunk.NONE : optionNames;
    this.named = all.size();
    if (this.optionNames.isTrained()) {
      all.add(NAMED);
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
    weights[AGREEMENT] = 1;
    return weights;
  }

  @Override
  public Prepared prepare(Situation situation) {
    int count = options.size();
    int[] labels = situation.labels().stream().mapToInt(Integer::intValue).toArray();
    double[] ones = new double[labels.length];
    Arrays.fill(ones, 1);
    double[] frequency = shares(labels, ones, shares, SHRINKAGE);
    double[] recency = shares(labels, situation.recencyKernel(), frequency, 1);
    double[] word = shares(labels, situation.wordKernel(), frequency, 1);
    double[][] all = new double[count][names.size()];
    for (int c = 0; c < count; c++) {
      double[] z = all[c];
      z[0] = Math.log(shares[c]);
      z[2] = Math.log(frequency[c] / shares[c]);
      z[3] = Math.log(recency[c] / frequency[c]);
      z[5] = Math.log(word[c] / frequency[c]);
      z[names.size() - count + c] = 1;
    }
    if (values.length > 0) {
      addOrdinal(all, COMMON.size(), c -> frequency[c]);
    }
    int ordinal = COMMON.size() + 1;
    addAspect(all, situation.words(), labels, frequency, new int[] {1, 4, 6, ordinal, ordinal + 1});
    if (situation.meaning() != null) {
      int m = firstMeaning;
      addAspect(
          all, situation.meaning(), labels, frequency, new int[] {m, m + 1, m + 2, m + 4, m + 5});
      if (neighbours != null) {
        double[] votes = situation.query().votes(neighbours);
        for (int c = 0; c < count; c++) {
          all[c][m + 3] = votes[c];
        }
      }
      double[] closeness = optionNames.scores(situation.meaning().query());
      for (int c = 0; c < closeness.length; c++) {
        all[c][named] = NAMED_SCALE * closeness[c];
      }
    }
    return (candidates, samples) -> withSamples(all, candidates, samples);
  }

  /**
   * Adds what one encoder says.
   *
   * @param places of the trunk's score, the vote by closeness, the trunk's vote and the two ordinal
   *     ones
   */
  private void addAspect(
      double[][] all, Aspect aspect, int[] labels, double[] frequency, int[] places) {
    double[] trunk = aspect.trunkScores();
    double[] close = shares(labels, aspect.closeKernel(), frequency, 1);
    double[] sameTrunk = shares(labels, aspect.trunkKernel(), frequency, 1);
    for (int c = 0; c < all.length; c++) {
      all[c][places[0]] = trunk.length == 0 ? 0 : trunk[c];
      all[c][places[1]] = Math.log(close[c] / frequency[c]);
      all[c][places[2]] = Math.log(sameTrunk[c] / frequency[c]);
    }
    if (values.length > 0) {
      double[] beliefs = trunk.length == 0 ? shares : Trunk.beliefs(trunk);
      addOrdinal(all, places[3], c -> beliefs[c]);
      addOrdinal(all, places[4], c -> close[c]);
    }
  }

  /**
   * Shares of the options among a user's past outputs, under some weighting of the items: (Σ_i
   * kernel_i [y_i = c] + strength · prior_c) / (Σ_i kernel_i + strength). An item outside the
   * options counts for none.
   *
   * @param labels the option that each output is, or {@link Timeline#NO_OPTION}
   * @param kernel one weight per item
   * @param prior one share per option, summing to 1
   */
  private static double[] shares(int[] labels, double[] kernel, double[] prior, double strength) {
    double[] shares = new double[prior.length];
    double total = strength;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        shares[labels[i]] += kernel[i];
        total += kernel[i];
      }
    }
    for (int c = 0; c < shares.length; c++) {
      shares[c] = (shares[c] + strength * prior[c]) / total;
    }
    return shares;
  }

  private double[][] withSamples(double[][] known, List<String> candidates, Samples samples) {
    double[][] all = Arrays.stream(known).map(double[]::clone).toArray(double[][]::new);
    if (!samples.isMissing()) {
      int count = options.size();
      for (int c = 0; c < count; c++) {
        double said = samples.count(options.get(c));
        all[c][AGREEMENT] = Math.log((said + 0.5) / (samples.total() + 0.5 * count));
      }
      if (values.length > 0) {
        addOrdinal(all, COMMON.size() + 3, c -> samples.count(options.get(c)));
      }
    }
    return candidates.stream().map(c -> all[options.indexOf(c)]).toArray(double[][]::new);
  }

  private void addOrdinal(double[][] all, int feature, IntToDoubleFunction weight) {
    double sum = 0;
    double total = 0;
    for (int c = 0; c < values.length; c++) {
      double w = weight.applyAsDouble(c);
      sum += w * values[c];
      total += w;
    }
    double mean = sum / total;
    for (int c = 0; c < all.length; c++) {
      double distance = (values[c] - mean) / step;
      all[c][feature] = -distance * distance / 4;
    }
  }
}
