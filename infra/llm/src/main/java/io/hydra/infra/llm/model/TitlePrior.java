package io.hydra.infra.llm.model;

import io.hydra.infra.llm.model.Prior.PriorPair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The way texts of one open task are shortened: the chance that a word of the input stands in the
 * output, by the word itself, by its rarity and by its place, and the form of the outputs.
 */
final class TitlePrior {
  private static final int RARITIES = 12;
  private static final int PLACES = 10;

  /** Pseudo-observations at the rate of equally rare words. */
  private static final double SMOOTHING = 5;

  /** Share of an input's words that stand in the output, where little was seen. */
  private static final double USUAL = 0.1;

  private final Vocabulary vocabulary;
  private final TitleStyle style;
  private final float[] byWord;
  private final float[] byRarity;
  private final float[] byPlace;
  private final float[] logLikelihood;
  private final float unseen;

  private TitlePrior(Vocabulary vocabulary, TitleStyle style, Counts counts) {
    this.vocabulary = vocabulary;
    this.style = style;
    byWord = new float[vocabulary.size()];
    byRarity = new float[RARITIES];
    byPlace = new float[PLACES];
    logLikelihood = new float[vocabulary.size()];
    double base = counts.overall.smoothed(0, 1, USUAL);
    for (int i = 0; i < RARITIES; i++) {
      byRarity[i] = logOdds(counts.rarities.smoothed(i, SMOOTHING, base));
    }
    for (int i = 0; i < PLACES; i++) {
      byPlace[i] = (float) Math.log(counts.places.smoothed(i, SMOOTHING, base) / base);
    }
    double total = counts.total + vocabulary.size() + 1.0;
    unseen = (float) Math.log(1 / total);
    for (int id = 0; id < byWord.length; id++) {
      double equallyRare = counts.rarities.smoothed(rarity(id), SMOOTHING, base);
      byWord[id] = logOdds(counts.words.smoothed(id, SMOOTHING, equallyRare));
      logLikelihood[id] = (float) Math.log((counts.tokens[id] + 1) / total);
    }
  }

  static TitlePrior learn(List<PriorPair> pairs, Vocabulary vocabulary) {
    Counts counts = new Counts(vocabulary.size());
    List<Text> outputs = new ArrayList<>();
    for (PriorPair pair : pairs) {
      Text output = Text.of(pair.output(), vocabulary);
      counts.add(Text.of(pair.input(), vocabulary), output, vocabulary);
      outputs.add(output);
    }
    return new TitlePrior(vocabulary, TitleStyle.of(outputs), counts);
  }

  TitleStyle style() {
    return style;
  }

  /**
   * Log-odds that a content word of an input stands in the output.
   *
   * @param place of the word in the input, from 0 (start) to 1 (end)
   */
  double salience(int id, double place) {
    return (id < 0 ? byRarity[rarity(vocabulary.idf(id))] : byWord[id]) + byPlace[placeOf(place)];
  }

  /** Mean log-likelihood of a word of this text under the task's inputs, add-one smoothed. */
  double fit(Text text) {
    double sum = 0;
    for (int i = 0; i < text.size(); i++) {
      int id = text.id(i);
      sum += id < 0 ? unseen : logLikelihood[id];
    }
    return text.size() == 0 ? 0 : sum / text.size();
  }

  private int rarity(int id) {
    return rarity(vocabulary.idf(id));
  }

  private static int rarity(float idf) {
    return Math.min(RARITIES - 1, (int) idf);
  }

  private static int placeOf(double place) {
    return Math.min(PLACES - 1, (int) (place * PLACES));
  }

  private static float logOdds(double p) {
    return (float) Math.log(p / (1 - p));
  }

  private static final class Counts {
    private final Rates overall = new Rates(1);
    private final Rates words;
    private final Rates rarities = new Rates(RARITIES);
    private final Rates places = new Rates(PLACES);
    private final int[] tokens;
    private long total;

    Counts(int vocabulary) {
      words = new Rates(vocabulary);
      tokens = new int[vocabulary];
    }

    void add(Text input, Text output, Vocabulary vocabulary) {
      Set<Integer> kept = new HashSet<>();
      for (int i = 0; i < output.size(); i++) {
        kept.add(output.id(i));
      }
      Set<Integer> seen = new HashSet<>();
      int n = input.size();
      for (int i = 0; i < n; i++) {
        int id = input.id(i);
        total++;
        if (id >= 0) {
          tokens[id]++;
        }
        if (input.isFunction(i) || !seen.add(id)) {
          continue;
        }
        boolean hit = kept.contains(id);
        if (id >= 0) {
          words.add(id, hit);
        }
        rarities.add(rarity(vocabulary.idf(id)), hit);
        places.add(placeOf(i / (double) n), hit);
        overall.add(0, hit);
      }
    }
  }

  private static final class Rates {
    private final int[] hits;
    private final int[] seen;

    Rates(int n) {
      hits = new int[n];
      seen = new int[n];
    }

    void add(int at, boolean hit) {
      seen[at]++;
      hits[at] += hit ? 1 : 0;
    }

    double smoothed(int at, double weight, double towards) {
      return (hits[at] + weight * towards) / (seen[at] + weight);
    }
  }
}
