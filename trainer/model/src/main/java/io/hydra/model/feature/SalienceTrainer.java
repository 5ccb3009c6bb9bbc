package io.hydra.model.feature;

import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.encoder.WordNetworkTrainer;
import io.hydra.model.head.ConditionalLogit;
import io.hydra.model.head.Example;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Trains a {@link Salience}: the words' tables are counted, the weights are fitted as a logistic
 * regression on users that the tables have not seen.
 */
public final class SalienceTrainer {
  private static final int BUCKETS = 1 << 14;

  /** A word is believed as any other until it was met this many times. */
  private static final double SMOOTHING = 4;

  private static final double PRECISION = 1;
  private static final int STEPS = 12;

  /** More words add nothing for so few weights. */
  private static final int MAX_WORDS = 60_000;

  private final List<Example> words = new ArrayList<>();

  /** Tables counted from users' items, with no weights yet. */
  public static Salience tables(List<List<HistoryItem>> users) {
    double[] inInput = new double[BUCKETS];
    double[] kept = new double[BUCKETS];
    double[] inOutput = new double[BUCKETS];
    double allInInput = 1;
    double allKept = 0.05;
    int pairs = 0;
    for (List<HistoryItem> user : users) {
      for (HistoryItem item : user) {
        Set<String> output = new HashSet<>(Words.of(item.output()));
        Set<String> input = new HashSet<>(Words.of(item.input()));
        for (String word : input) {
          int b = Salience.bucket(word, BUCKETS);
          inInput[b]++;
          allInInput++;
          if (output.contains(word)) {
            kept[b]++;
            allKept++;
          }
        }
        output.forEach(w -> inOutput[Salience.bucket(w, BUCKETS)]++);
        pairs++;
      }
    }
    double rate = allKept / allInInput;
    byte[] odds = new byte[BUCKETS];
    byte[] shares = new byte[BUCKETS];
    for (int b = 0; b < BUCKETS; b++) {
      double yes = kept[b] + SMOOTHING * rate;
      double no = inInput[b] - kept[b] + SMOOTHING * (1 - rate);
      odds[b] = Salience.quantizeOdds(Math.log(yes / no));
      shares[b] = Salience.quantizeShare((inOutput[b] + 0.1) / (pairs + 1));
    }
    return new Salience(odds, shares, new double[Salience.NAMES.size()], WordNetwork.NONE);
  }

  /** Adds the words of one past item, as they were before its output was known. */
  public void add(Salience tables, Situation situation, String output) {
    if (words.size() >= MAX_WORDS) {
      return;
    }
    Set<String> kept = new HashSet<>(Words.of(output));
    double[] no = new double[Salience.NAMES.size()];
    for (Map.Entry<String, double[]> word : tables.features(situation).entrySet()) {
      double[] target = kept.contains(word.getKey()) ? new double[] {1, 0} : new double[] {0, 1};
      words.add(new Example(new double[][] {word.getValue(), no}, new double[] {0, 0}, target));
    }
  }

  /**
   * Adds the words of one past item that have a state to what networks are to learn.
   *
   * @param group the user's fold
   * @param states of the item's input
   */
  public static void addRows(
      WordNetworkTrainer networks,
      int group,
      Salience tables,
      Situation situation,
      Map<String, float[]> states,
      String output) {
    Set<String> kept = new HashSet<>(Words.of(output));
    tables
        .features(situation)
        .forEach(
            (word, x) -> {
              float[] state = states.get(word);
              if (state != null) {
                networks.add(group, Salience.row(x, state), kept.contains(word));
              }
            });
  }

  /** Weights for what was added; all zero if nothing was. */
  public double[] fit() {
    double[] start = new double[Salience.NAMES.size()];
    double[] weights = new double[words.size()];
    Arrays.fill(weights, 1);
    return words.isEmpty() ? start : ConditionalLogit.fit(words, weights, PRECISION, start, STEPS);
  }
}
