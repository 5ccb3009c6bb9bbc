package io.hydra.model.feature;

import io.hydra.model.retrieve.WordIndex;
import io.hydra.model.text.Rouge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Features of the candidates of an open-text task; c is a candidate, y_i the user's past outputs,
 * k_i weights by shared words plus a little for every item, p(w) the belief of {@link Salience}
 * that a word stands in the output, L the mean length of the user's outputs shrunk to the
 * population's:
 *
 * <pre>
 * agreement       mean ROUGE-1 of c with the other samples (minimum Bayes risk)
 * orderAgreement  the same with ROUGE-L
 * repeats         log(1 + further samples that said the same)
 * meaning         cosine of c with the input
 * expected        2 Σ p(w) / (|c| + L) over the words of c: the ROUGE-1 to expect
 * precision       Σ p(w) / |c|
 * pastMeaning     Σ k_i cos(c, y_i) / Σ k_i
 * pastWords       Σ k_i dice(c, y_i) / Σ k_i
 * vocabulary      share of c's words that the user has used in an output
 * opening         share of the user's outputs that open with c's first word, shrunk by 2 without
 * length          −|log((|c| + 1) / (L + 1))|, words
 * size            log(|c| + 1) − log(L + 1)
 * casing          −|share of capitalised words of c − the user's mean|
 * punctuation     −|c has a colon, or asks − share of the user's outputs that do|
 * copied          share of c's words that stand in the input
 * phrases         share of c's neighbouring words that are neighbours in the input too
 * likeness        {@link Samples#likeness}; 0 where it is not known
 * </pre>
 *
 * <p>Each is multiplied by a fixed scale, so that one prior strength suits all: candidates of one
 * query then differ by some tenths in each. Without history, what compares with it is 0 for every
 * candidate, which has no effect.
 */
public final class OpenFeatures implements CandidateFeatures {
  private static final List<String> NAMES =
      List.of(
          ("agreement orderAgreement repeats meaning expected precision pastMeaning pastWords"
                  + " vocabulary opening length size casing punctuation copied phrases likeness")
              .split(" "));

  private static final double[] SCALES = {10, 10, 1, 5, 10, 10, 5, 10, 3, 3, 3, 3, 3, 1, 3, 3, 5};

  /** Weight of an item that shares no word with the query. */
  private static final double BACKGROUND = 0.1;

  private static final double SHRINKAGE = 2;

  private final EncodedTexts texts;
  private final double usualLength;
  private final Salience salience;

  /**
   * @param usualLength mean length of outputs in the population, in words
   */
  public OpenFeatures(EncodedTexts texts, double usualLength, Salience salience) {
    this.texts = texts;
    this.usualLength = usualLength;
    this.salience = salience;
  }

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public double[] defaultWeights() {
    double[] weights = new double[NAMES.size()];
    weights[NAMES.indexOf("agreement")] = 1;
    weights[NAMES.indexOf("repeats")] = 1;
    return weights;
  }

  @Override
  public PreparedText prepare(Situation situation) {
    return new PreparedText(situation);
  }

  /** Says, beside the features, what is to be expected of a text without samples. */
  public final class PreparedText implements Prepared {
    private final PastForm past;
    private final Salience.Beliefs beliefs;
    private final WordIndex outputWords;
    private final float[] query;
    private final float[][] outputs;
    private final Set<String> inputWords;
    private final Set<String> inputPairs;
    private final double[] kernel;
    private final double kernelTotal;

    private PreparedText(Situation situation) {
      past = PastForm.of(situation.outputs(), usualLength);
      beliefs = salience.beliefs(situation);
      outputWords = situation.outputWords();
      query = situation.query().vector();
      outputs = situation.outputs().stream().map(EncodedText::vector).toArray(float[][]::new);
      inputWords = new HashSet<>(situation.query().words());
      inputPairs = new HashSet<>(pairs(situation.query().words()));
      kernel = situation.wordKernel();
      double total = 0;
      for (int i = 0; i < kernel.length; i++) {
        kernel[i] += BACKGROUND;
        total += kernel[i];
      }
      kernelTotal = total;
    }

    @Override
    public double[][] of(List<String> candidates, Samples samples) {
      List<EncodedText> encoded = texts.withWords(candidates);
      double[][][] agreement = agreement(encoded);
      double[][] all = new double[encoded.size()][];
      for (int c = 0; c < all.length; c++) {
        double[] z = features(encoded.get(c));
        addAgreement(z, c, encoded, samples, agreement);
        z[2] = Math.log(Math.max(1, samples.count(encoded.get(c).text())));
        z[16] = samples.likeness().getOrDefault(encoded.get(c).text(), 0f);
        for (int i = 0; i < z.length; i++) {
          z[i] *= SCALES[i];
        }
        all[c] = z;
      }
      return all;
    }

    /** Features of a candidate by itself, whatever the other ones are. */
    private double[] features(EncodedText text) {
      List<String> words = text.words();
      int length = words.size();
      double overlap = beliefs.overlap(words);
      double[] z = new double[NAMES.size()];
      z[3] = Aspect.dot(text.vector(), query);
      z[4] = 2 * overlap / (length + past.length());
      z[5] = length == 0 ? 0 : overlap / length;
      z[11] = Math.log((length + 1) / (past.length() + 1));
      z[10] = -Math.abs(z[11]);
      z[14] = share(words, inputWords::contains);
      z[15] = share(pairs(words), inputPairs::contains);
      if (past.count() > 0) {
        double[] dice = outputWords.dice(words, past.count());
        for (int i = 0; i < kernel.length; i++) {
          z[6] += kernel[i] * Aspect.dot(text.vector(), outputs[i]);
          z[7] += kernel[i] * dice[i];
        }
        z[6] /= kernelTotal;
        z[7] /= kernelTotal;
        z[8] = share(words, w -> outputWords.textsWith(w, past.count()) > 0);
        z[9] = past.openingShare(words);
        z[12] = -Math.abs(text.capitals() - past.capitals());
        z[13] = -Math.abs(text.marks() - past.marks());
      }
      return z;
    }

    /**
     * @return the feature {@code expected} alone, one per text
     */
    public double[] expected(List<EncodedText> texts) {
      return texts.stream()
          .mapToDouble(t -> 2 * beliefs.overlap(t.words()) / (t.words().size() + past.length()))
          .toArray();
    }
  }

  /** ROUGE-1 and ROUGE-L of each two texts; both are the same in either direction. */
  private static double[][][] agreement(List<EncodedText> texts) {
    double[][][] agreement = new double[texts.size()][texts.size()][];
    for (int c = 0; c < agreement.length; c++) {
      List<String> mine = texts.get(c).words();
      for (int o = c; o < agreement.length; o++) {
        List<String> theirs = texts.get(o).words();
        agreement[c][o] = new double[] {Rouge.rouge1(mine, theirs), Rouge.rougeL(mine, theirs)};
        agreement[o][c] = agreement[c][o];
      }
    }
    return agreement;
  }

  private static void addAgreement(
      double[] z, int c, List<EncodedText> texts, Samples samples, double[][][] agreement) {
    int others = 0;
    for (int o = 0; o < texts.size(); o++) {
      int count = samples.count(texts.get(o).text()) - (o == c ? 1 : 0);
      if (count > 0) {
        z[0] += count * agreement[c][o][0];
        z[1] += count * agreement[c][o][1];
        others += count;
      }
    }
    if (others > 0) {
      z[0] /= others;
      z[1] /= others;
    }
  }

  private static List<String> pairs(List<String> words) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      pairs.add(words.get(i) + ' ' + words.get(i + 1));
    }
    return pairs;
  }

  private static double share(List<String> words, Predicate<String> known) {
    return words.isEmpty() ? 0 : (double) words.stream().filter(known).count() / words.size();
  }

  /**
   * The form of a user's past outputs: means, and how many outputs open with a word.
   *
   * @param length in words, shrunk to the population's
   */
  private record PastForm(
      int count, double length, double capitals, double marks, Map<String, Integer> openings) {
    static PastForm of(List<EncodedText> outputs, double usualLength) {
      double words = SHRINKAGE * usualLength;
      double capitals = 0;
      double marks = 0;
      Map<String, Integer> openings = new HashMap<>();
      for (EncodedText output : outputs) {
        words += output.words().size();
        capitals += output.capitals();
        marks += output.marks();
        if (!output.words().isEmpty()) {
          openings.merge(output.words().get(0), 1, Integer::sum);
        }
      }
      int count = outputs.size();
      return new PastForm(
          count,
          words / (count + SHRINKAGE),
          count == 0 ? 0 : capitals / count,
          count == 0 ? 0 : marks / count,
          openings);
    }

    double openingShare(List<String> words) {
      return words.isEmpty() ? 0 : openings.getOrDefault(words.get(0), 0) / (count + SHRINKAGE);
    }
  }
}
