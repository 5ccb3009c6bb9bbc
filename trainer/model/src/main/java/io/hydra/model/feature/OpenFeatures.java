package io.hydra.model.feature;

import io.hydra.model.retrieve.WordIndex;
import io.hydra.model.text.Rouge;
import java.util.ArrayList;
import java.util.Arrays;
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
 * inContext       2 e / (|c| + L), where e is {@link Samples#expectedWords}; 0 if not known
 * preciseContext  e / |c|
 * </pre>
 *
 * <p>Each is multiplied by a fixed scale, so that one prior strength suits all: candidates of one
 * query then differ by some tenths in each. Without history, what compares with it is 0 for every
 * candidate, which has no effect.
 */
public final class OpenFeatures implements CandidateFeatures {
  /** All of them, in their order, each with its scale. */
  private enum Feature {
    AGREEMENT("agreement", 10),
    ORDER_AGREEMENT("orderAgreement", 10),
    REPEATS("repeats", 1),
    MEANING("meaning", 5),
    EXPECTED("expected", 10),
    PRECISION("precision", 10),
    PAST_MEANING("pastMeaning", 5),
    PAST_WORDS("pastWords", 10),
    VOCABULARY("vocabulary", 3),
    OPENING("opening", 3),
    LENGTH("length", 3),
    SIZE("size", 3),
    CASING("casing", 3),
    PUNCTUATION("punctuation", 1),
    COPIED("copied", 3),
    PHRASES("phrases", 3),
    IN_CONTEXT("inContext", 10),
    PRECISE_CONTEXT("preciseContext", 10);

    private final String label;
    private final double scale;

    Feature(String label, double scale) {
      this.label = label;
      this.scale = scale;
    }
  }

  private static final Feature[] FEATURES = Feature.values();

  private static final List<String> NAMES =
      Arrays.stream(FEATURES).map(feature -> feature.label).toList();

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
    double[] weights = new double[FEATURES.length];
    weights[Feature.AGREEMENT.ordinal()] = 1;
    weights[Feature.REPEATS.ordinal()] = 1;
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
        z[Feature.REPEATS.ordinal()] = Math.log(Math.max(1, samples.count(encoded.get(c).text())));
        addContext(z, encoded.get(c), samples);
        for (Feature feature : FEATURES) {
          z[feature.ordinal()] *= feature.scale;
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
      double[] z = new double[FEATURES.length];
      z[Feature.MEANING.ordinal()] = Aspect.dot(text.vector(), query);
      z[Feature.EXPECTED.ordinal()] = 2 * overlap / (length + past.length());
      z[Feature.PRECISION.ordinal()] = length == 0 ? 0 : overlap / length;
      z[Feature.SIZE.ordinal()] = Math.log((length + 1) / (past.length() + 1));
      z[Feature.LENGTH.ordinal()] = -Math.abs(z[Feature.SIZE.ordinal()]);
      z[Feature.COPIED.ordinal()] = share(words, inputWords::contains);
      z[Feature.PHRASES.ordinal()] = share(pairs(words), inputPairs::contains);
      if (past.count() > 0) {
        double[] dice = outputWords.dice(words, past.count());
        for (int i = 0; i < kernel.length; i++) {
          z[Feature.PAST_MEANING.ordinal()] += kernel[i] * Aspect.dot(text.vector(), outputs[i]);
          z[Feature.PAST_WORDS.ordinal()] += kernel[i] * dice[i];
        }
        z[Feature.PAST_MEANING.ordinal()] /= kernelTotal;
        z[Feature.PAST_WORDS.ordinal()] /= kernelTotal;
        z[Feature.VOCABULARY.ordinal()] =
            share(words, w -> outputWords.textsWith(w, past.count()) > 0);
        z[Feature.OPENING.ordinal()] = past.openingShare(words);
        z[Feature.CASING.ordinal()] = -Math.abs(text.capitals() - past.capitals());
        z[Feature.PUNCTUATION.ordinal()] = -Math.abs(text.marks() - past.marks());
      }
      return z;
    }

    private void addContext(double[] z, EncodedText text, Samples samples) {
      int length = text.words().size();
      double expected = samples.expectedWords().getOrDefault(text.text(), 0f);
      z[Feature.IN_CONTEXT.ordinal()] = 2 * expected / (length + past.length());
      z[Feature.PRECISE_CONTEXT.ordinal()] = length == 0 ? 0 : expected / length;
    }

    /**
     * Finds out what is to be expected of samples in context, where the base can tell: it takes
     * milliseconds.
     */
    public Samples expectWords(Samples samples) {
      return beliefs
          .inContext()
          .map(
              known -> {
                Map<String, Float> expected = new HashMap<>();
                for (EncodedText sample : texts.withWords(List.copyOf(samples.counts().keySet()))) {
                  expected.put(sample.text(), (float) known.overlap(sample.words()));
                }
                return new Samples(samples.counts(), samples.total(), expected);
              })
          .orElse(samples);
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
        z[Feature.AGREEMENT.ordinal()] += count * agreement[c][o][0];
        z[Feature.ORDER_AGREEMENT.ordinal()] += count * agreement[c][o][1];
        others += count;
      }
    }
    if (others > 0) {
      z[Feature.AGREEMENT.ordinal()] /= others;
      z[Feature.ORDER_AGREEMENT.ordinal()] /= others;
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
