package io.hydra.infra.llm.prior;

import io.hydra.infra.llm.prior.Prior.LearntPair;
import io.hydra.infra.llm.text.Idf;
import io.hydra.infra.llm.text.Words;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How texts of one open task are shortened: how likely a word of the input is to stand in the
 * output, by the word itself, by its rarity and by its place, and the form of the outputs.
 */
public final class TitlePrior {
  private static final int RARITIES = 12;
  private static final int PLACES = 10;

  /** Pseudo-observations at the rate of equally rare words. */
  private static final double SMOOTHING = 5;

  private final Idf idf;
  private final TitleStyle style;
  private final Map<String, Rate> words = new HashMap<>();
  private final Rate[] rarities = rates(RARITIES);
  private final Rate[] places = rates(PLACES);
  private final Rate overall = new Rate();
  private final Map<String, Integer> counts = new HashMap<>();
  private long total;

  private TitlePrior(Idf idf, TitleStyle style) {
    this.idf = idf;
    this.style = style;
  }

  static TitlePrior learn(List<LearntPair> pairs, Idf idf) {
    TitlePrior prior =
        new TitlePrior(idf, TitleStyle.of(pairs.stream().map(LearntPair::output).toList()));
    pairs.forEach(prior::count);
    return prior;
  }

  public TitleStyle style() {
    return style;
  }

  /**
   * Log-odds that a content word of an input stands in the output.
   *
   * @param place of the word in the input, from 0 (start) to 1 (end)
   */
  public double salience(String word, double place) {
    double base = overall.smoothed(1, 0.1);
    double byRarity = rarities[rarity(word)].smoothed(SMOOTHING, base);
    Rate own = words.get(word);
    double p = own == null ? byRarity : own.smoothed(SMOOTHING, byRarity);
    double byPlace = Math.log(places[placeOf(place)].smoothed(SMOOTHING, base) / base);
    return Math.log(p / (1 - p)) + byPlace;
  }

  /** Mean log-likelihood of a word of this text under the task's inputs, add-one smoothed. */
  double fit(List<String> text) {
    double sum = 0;
    for (String word : text) {
      sum += Math.log((counts.getOrDefault(word, 0) + 1.0) / (total + counts.size() + 1.0));
    }
    return text.isEmpty() ? 0 : sum / text.size();
  }

  private void count(LearntPair pair) {
    Set<String> output = new HashSet<>(Words.lower(pair.output()));
    Set<String> seen = new HashSet<>();
    int n = pair.input().size();
    for (int i = 0; i < n; i++) {
      String word = pair.input().get(i);
      counts.merge(word, 1, Integer::sum);
      total++;
      if (Words.isFunctionWord(word) || !seen.add(word)) {
        continue;
      }
      boolean kept = output.contains(word);
      words.computeIfAbsent(word, w -> new Rate()).add(kept);
      rarities[rarity(word)].add(kept);
      places[placeOf(i / (double) n)].add(kept);
      overall.add(kept);
    }
  }

  private int rarity(String word) {
    return Math.min(RARITIES - 1, (int) idf.weight(word));
  }

  private static int placeOf(double place) {
    return Math.min(PLACES - 1, (int) (place * PLACES));
  }

  private static Rate[] rates(int n) {
    Rate[] rates = new Rate[n];
    for (int i = 0; i < n; i++) {
      rates[i] = new Rate();
    }
    return rates;
  }

  private static final class Rate {
    private int hits;
    private int seen;

    void add(boolean hit) {
      seen++;
      hits += hit ? 1 : 0;
    }

    double smoothed(double weight, double towards) {
      return (hits + weight * towards) / (seen + weight);
    }
  }
}
