package io.hydra.model.feature;

import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.retrieve.WordIndex;
import io.hydra.model.text.Words;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The chance of each word of an input to stand in the output: the trunk of an open-text task. A
 * logistic model over
 *
 * <pre>
 * one         1
 * odds        log-odds that this word, standing in an input, is kept in the output (population)
 * position    log(1 + index of its first occurrence)
 * repeated    log(number of its occurrences)
 * name        1 if it is written with a capital inside a sentence
 * known       1 if there is a history, else 0
 * own         log(1 + number of the user's outputs that use it)
 * ownShare    share of the user's outputs that use it, shrunk by 2 items without it
 * similar     the same with the items weighted by shared words
 * </pre>
 *
 * <p>A word that does not stand in the input is believed as often as the user's and the
 * population's outputs use it.
 *
 * <p>A network knows better, from the same features and the state in which the encoder of meaning
 * leaves the word in this very text: "in context". That takes milliseconds a text.
 *
 * @param wordOdds log-odds by hashed word, in sixteenths
 * @param outputShares −log of the share of outputs with the word, by hashed word, in twelfths
 * @param weights one per feature
 * @param network over the features and a word's state; {@link WordNetwork#NONE} without an encoder
 *     of meaning
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Salience(
    byte[] wordOdds, byte[] outputShares, double[] weights, WordNetwork network) {
  public static final List<String> NAMES =
      List.of("one", "odds", "position", "repeated", "name", "known", "own", "ownShare", "similar");

  /** Words of an input beyond this many are not looked at. */
  private static final int MAX_WORDS = 400;

  private static final double ODDS_STEPS = 16;
  private static final double SHARE_STEPS = 12;

  public Salience {
    // In a base from before there were networks.
    network = network == null ? WordNetwork.NONE : network;
  }

  /** Nothing learned: every word is as likely as another. */
  public static Salience untrained() {
    return new Salience(new byte[1], new byte[] {96}, new double[NAMES.size()], WordNetwork.NONE);
  }

  /** The same words under other weights. */
  public Salience withWeights(double[] fitted) {
    return new Salience(wordOdds, outputShares, fitted, network);
  }

  public Salience withNetwork(WordNetwork trained) {
    return new Salience(wordOdds, outputShares, weights, trained);
  }

  /** The network's input for a word: its features, then its state. */
  static float[] row(double[] features, float[] state) {
    float[] row = new float[features.length + state.length];
    for (int i = 0; i < features.length; i++) {
      row[i] = (float) features[i];
    }
    System.arraycopy(state, 0, row, features.length, state.length);
    return row;
  }

  static byte quantizeOdds(double odds) {
    return (byte) Math.max(-127, Math.min(127, Math.round(odds * ODDS_STEPS)));
  }

  static byte quantizeShare(double share) {
    return (byte) Math.max(0, Math.min(127, Math.round(-Math.log(share) * SHARE_STEPS)));
  }

  static int bucket(String word, int buckets) {
    return Math.floorMod(word.hashCode() * 0x9E3779B1, buckets);
  }

  /** Features of each distinct word of the query, in order of first occurrence. */
  Map<String, double[]> features(Situation situation) {
    EncodedText query = situation.query();
    List<String> words = query.words();
    int past = situation.past().size();
    double[] kernel = situation.wordKernel();
    double kernelTotal = 1;
    for (double k : kernel) {
      kernelTotal += k;
    }
    Set<String> names = names(query.text());
    Map<String, double[]> features = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(words.size(), MAX_WORDS); i++) {
      String word = words.get(i);
      double[] x = features.get(word);
      if (x == null) {
        x = new double[NAMES.size()];
        int own = situation.outputWords().textsWith(word, past);
        x[0] = 1;
        x[1] = wordOdds[bucket(word, wordOdds.length)] / ODDS_STEPS;
        x[2] = Math.log1p(i);
        x[4] = names.contains(word) ? 1 : 0;
        x[5] = past > 0 ? 1 : 0;
        x[6] = Math.log1p(own);
        x[7] = own / (past + 2.0);
        x[8] = own == 0 ? 0 : situation.outputWords().weightOf(word, kernel) / kernelTotal;
        features.put(word, x);
      }
      x[3]++;
    }
    features.values().forEach(x -> x[3] = Math.log(x[3]));
    return features;
  }

  /** Belief, for the query's words and, asked one by one, any other. */
  Beliefs beliefs(Situation situation) {
    Map<String, double[]> features = features(situation);
    Map<String, Double> inInput = new HashMap<>();
    features.forEach(
        (word, x) -> {
          double score = 0;
          for (int i = 0; i < x.length; i++) {
            score += x[i] * weights[i];
          }
          inInput.put(word, 1 / (1 + Math.exp(-score)));
        });
    return new Beliefs(
        situation.query(), situation.outputWords(), situation.past().size(), features, inInput);
  }

  /** Beliefs in the words of one query's output. */
  final class Beliefs {
    private final EncodedText query;
    private final WordIndex outputWords;
    private final int past;
    private final Map<String, double[]> features;
    private final Map<String, Double> inInput;

    private Beliefs(
        EncodedText query,
        WordIndex outputWords,
        int past,
        Map<String, double[]> features,
        Map<String, Double> inInput) {
      this.query = query;
      this.outputWords = outputWords;
      this.past = past;
      this.features = features;
      this.inInput = inInput;
    }

    /**
     * The network's beliefs, and the plain ones for words without a state.
     *
     * @return empty without a network or an encoder of meaning
     */
    Optional<Beliefs> inContext() {
      if (!network.hasLearned()) {
        return Optional.empty();
      }
      Map<String, float[]> states = query.wordStates();
      Map<String, Double> known = new HashMap<>(inInput);
      features.forEach(
          (word, x) -> {
            float[] state = states.get(word);
            if (state != null) {
              known.put(word, network.chance(row(x, state)));
            }
          });
      return states.isEmpty()
          ? Optional.empty()
          : Optional.of(new Beliefs(query, outputWords, past, features, known));
    }

    double of(String word) {
      Double known = inInput.get(word);
      if (known != null) {
        return known;
      }
      double share = Math.exp(-outputShares[bucket(word, outputShares.length)] / SHARE_STEPS);
      return (outputWords.textsWith(word, past) + 2 * share) / (past + 2);
    }

    /** Expected number of the distinct words that the output has. */
    double overlap(List<String> words) {
      double sum = 0;
      for (String word : new HashSet<>(words)) {
        sum += of(word);
      }
      return sum;
    }
  }

  /** Words with a capital that do not open a sentence. */
  private static Set<String> names(String whole) {
    String text = Words.head(Words.cut(whole, 8 * MAX_WORDS));
    Set<String> names = new HashSet<>();
    int[] last = {-1};
    Words.scan(
        text,
        (start, end) -> {
          boolean opens = last[0] < 0 || endsSentence(text, last[0], start);
          if (!opens && Character.isUpperCase(text.charAt(start))) {
            names.add(text.substring(start, end).toLowerCase(Locale.ROOT));
          }
          last[0] = end;
          return true;
        });
    return names;
  }

  private static boolean endsSentence(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (".!?:\n".indexOf(text.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }
}
