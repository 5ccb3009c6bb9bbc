package io.hydra.model.feature;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Features of the candidates of an open-text task; c is a candidate, y_i the user's past outputs,
 * k_i weights by shared words plus a little for every item:
 *
 * <pre>
 * agreement     mean ROUGE-1 of c with the other samples (minimum Bayes risk)
 * repeats       log(1 + further samples that said the same)
 * meaning       cosine of c with the input
 * pastMeaning   Σ k_i cos(c, y_i) / Σ k_i
 * pastWords     Σ k_i ROUGE-1(c, y_i) / Σ k_i
 * vocabulary    share of c's words that the user has used in an output
 * length        −|log((|c| + 1) / (mean |y| + 1))|, words
 * usualLength   the same against the population's mean
 * casing        −|share of capitalised words of c − the user's mean|
 * punctuation   −|c has a colon, or asks − share of the user's outputs that do|
 * copied        share of c's words that stand in the input
 * </pre>
 *
 * <p>Without history, what compares with it is 0 for every candidate, which has no effect.
 */
public final class OpenFeatures implements CandidateFeatures {
  private static final List<String> NAMES =
      List.of(
          "agreement",
          "repeats",
          "meaning",
          "pastMeaning",
          "pastWords",
          "vocabulary",
          "length",
          "usualLength",
          "casing",
          "punctuation",
          "copied");

  /** Weight of an item that shares no word with the query. */
  private static final double BACKGROUND = 0.1;

  private final Encoder encoder;
  private final double usualLength;

  /**
   * @param usualLength mean length of outputs in the population, in words
   */
  public OpenFeatures(Encoder encoder, double usualLength) {
    this.encoder = encoder;
    this.usualLength = usualLength;
  }

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public double[] defaultWeights() {
    double[] weights = new double[NAMES.size()];
    weights[NAMES.indexOf("agreement")] = 10;
    weights[NAMES.indexOf("repeats")] = 1;
    return weights;
  }

  private record Text(String raw, List<String> words) {
    static Text of(String raw) {
      return new Text(raw, Words.of(raw));
    }

    double capitals() {
      int words = 0;
      int capitals = 0;
      for (String word : raw.split(" ", -1)) {
        if (!word.isEmpty() && Character.isLetter(word.codePointAt(0))) {
          words++;
          capitals += Character.isUpperCase(word.codePointAt(0)) ? 1 : 0;
        }
      }
      return words == 0 ? 0 : (double) capitals / words;
    }

    double marks() {
      return (raw.indexOf(':') >= 0 ? 0.5 : 0) + (raw.indexOf('?') >= 0 ? 0.5 : 0);
    }
  }

  @Override
  public double[][] of(Situation situation, List<String> candidates, Samples samples) {
    List<Text> texts = candidates.stream().map(Text::of).toList();
    List<Text> past = situation.past().stream().map(i -> Text.of(i.output())).toList();
    float[][] vectors = encoder.encode(candidates);
    Set<String> inputWords = new HashSet<>(Words.of(situation.input()));
    Set<String> vocabulary = new HashSet<>();
    past.forEach(t -> vocabulary.addAll(t.words()));
    double[] kernel = situation.wordKernel();
    double meanLength = past.stream().mapToInt(t -> t.words().size()).average().orElse(0);
    double meanCapitals = past.stream().mapToDouble(Text::capitals).average().orElse(0);
    double meanMarks = past.stream().mapToDouble(Text::marks).average().orElse(0);
    List<double[]> all = new ArrayList<>(candidates.size());
    for (int c = 0; c < texts.size(); c++) {
      Text text = texts.get(c);
      int length = text.words().size();
      double[] z = new double[NAMES.size()];
      z[0] = agreement(text, candidates.get(c), texts, candidates, samples);
      z[1] = Math.log(Math.max(1, samples.count(candidates.get(c))));
      z[2] = Situation.cosine(vectors[c], situation.vector());
      z[7] = -Math.abs(Math.log((length + 1) / (usualLength + 1)));
      z[10] = share(text.words(), inputWords);
      if (!past.isEmpty()) {
        double total = 0;
        for (int i = 0; i < kernel.length; i++) {
          double k = kernel[i] + BACKGROUND;
          total += k;
          z[3] += k * Situation.cosine(vectors[c], situation.outputVectors().get(i));
          z[4] += k * Rouge.rouge1(text.words(), past.get(i).words());
        }
        z[3] /= total;
        z[4] /= total;
        z[5] = share(text.words(), vocabulary);
        z[6] = -Math.abs(Math.log((length + 1) / (meanLength + 1)));
        z[8] = -Math.abs(text.capitals() - meanCapitals);
        z[9] = -Math.abs(text.marks() - meanMarks);
      }
      all.add(z);
    }
    return all.toArray(double[][]::new);
  }

  private static double agreement(
      Text text, String raw, List<Text> texts, List<String> candidates, Samples samples) {
    double sum = 0;
    int others = 0;
    for (int o = 0; o < texts.size(); o++) {
      int count = samples.count(candidates.get(o)) - (candidates.get(o).equals(raw) ? 1 : 0);
      if (count > 0) {
        sum += count * Rouge.rouge1(text.words(), texts.get(o).words());
        others += count;
      }
    }
    return others == 0 ? 0 : sum / others;
  }

  private static double share(List<String> words, Set<String> known) {
    return words.isEmpty()
        ? 0
        : (double) words.stream().filter(known::contains).count() / words.size();
  }
}
