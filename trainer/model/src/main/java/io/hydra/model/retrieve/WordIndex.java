package io.hydra.model.retrieve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An index of the words of a user's texts. Any prefix of the growing list can be asked. Not
 * thread-safe while it grows.
 */
public final class WordIndex {
  /**
   * Distinct words of a text beyond this many are not looked for: it bounds what an index holds.
   */
  private static final int MAX_WORDS = 256;

  private final Map<String, Postings> postings = new HashMap<>();
  private final List<Integer> distinct = new ArrayList<>();

  public void add(Collection<String> words) {
    int number = distinct.size();
    Set<String> once = new LinkedHashSet<>();
    for (String word : words) {
      if (once.size() < MAX_WORDS && once.add(word)) {
        postings.computeIfAbsent(word, x -> new Postings()).add(number, 1);
      }
    }
    distinct.add(once.size());
  }

  /** In how many of the first {@code prefix} texts the word stands. */
  public int textsWith(String word, int prefix) {
    Postings of = postings.get(word);
    int texts = 0;
    while (of != null && texts < of.size() && of.document(texts) < prefix) {
      texts++;
    }
    return texts;
  }

  /**
   * @param weights one per text of the prefix
   * @return sum of the weights of the texts that use the word
   */
  public double weightOf(String word, double[] weights) {
    Postings of = postings.get(word);
    double sum = 0;
    for (int i = 0; of != null && i < of.size() && of.document(i) < weights.length; i++) {
      sum += weights[of.document(i)];
    }
    return sum;
  }

  /**
   * Dice coefficient of the distinct words with those of each text of the prefix: ROUGE-1 where no
   * word is repeated.
   */
  public double[] dice(Collection<String> words, int prefix) {
    double[] dice = new double[prefix];
    Set<String> once = new HashSet<>(words);
    for (String word : once) {
      Postings of = postings.get(word);
      for (int i = 0; of != null && i < of.size() && of.document(i) < prefix; i++) {
        dice[of.document(i)]++;
      }
    }
    for (int i = 0; i < prefix; i++) {
      int total = once.size() + distinct.get(i);
      dice[i] = total == 0 ? 0 : 2 * dice[i] / total;
    }
    return dice;
  }

  /**
   * The places where one term occurs: document numbers in rising order, each with its count. Grows
   * only.
   */
  static final class Postings {
    /** Document and count of each place. Most terms have one: a second array would be as long. */
    private int[] places = new int[2];

    private int size;

    void add(int document, int count) {
      if (2 * size == places.length) {
        places = Arrays.copyOf(places, 2 * places.length);
      }
      places[2 * size] = document;
      places[2 * size + 1] = count;
      size++;
    }

    int size() {
      return size;
    }

    int document(int i) {
      return places[2 * i];
    }

    int count(int i) {
      return places[2 * i + 1];
    }
  }
}
