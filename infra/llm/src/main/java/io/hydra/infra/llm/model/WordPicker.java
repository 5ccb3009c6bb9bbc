package io.hydra.infra.llm.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Picks the words of a title greedily: the most salient, those beside a picked one preferred. */
final class WordPicker {
  private static final double BESIDE_A_PICKED_WORD = 1.0;

  /** So many function words between two picked words are kept. */
  private static final int LONGEST_LINK = 2;

  private WordPicker() {}

  /** About {@code wanted} words in the order of the input; fewer if it has no more. */
  static List<SourceWord> pick(List<SourceWord> words, double[] salience, int wanted) {
    TreeSet<Integer> picked = new TreeSet<>();
    Set<String> used = new HashSet<>();
    double[] score = salience.clone();
    List<SourceWord> title = List.of();
    while (title.size() < wanted) {
      int best = -1;
      for (SourceWord word : words) {
        int i = word.index();
        if (!word.isFunctionWord()
            && !used.contains(word.lower())
            && (best < 0 || score[i] > score[best])) {
          best = i;
        }
      }
      if (best < 0) {
        break;
      }
      picked.add(best);
      used.add(words.get(best).lower());
      favourNeighbours(words, best, score);
      title = withLinks(words, picked);
    }
    return title;
  }

  private static void favourNeighbours(List<SourceWord> words, int at, double[] score) {
    for (int step : new int[] {-1, 1}) {
      for (int i = at + step, links = 0;
          i >= 0 && i < words.size() && links <= LONGEST_LINK;
          i += step, links++) {
        if (words.get(i).sentence() != words.get(at).sentence()) {
          break;
        }
        if (!words.get(i).isFunctionWord()) {
          score[i] += BESIDE_A_PICKED_WORD;
          break;
        }
      }
    }
  }

  private static List<SourceWord> withLinks(List<SourceWord> words, TreeSet<Integer> picked) {
    List<SourceWord> title = new ArrayList<>();
    int previous = -1;
    for (int index : picked) {
      if (previous >= 0
          && index - previous - 1 <= LONGEST_LINK
          && words.get(index).sentence() == words.get(previous).sentence()
          && words.subList(previous + 1, index).stream().allMatch(SourceWord::isFunctionWord)) {
        title.addAll(words.subList(previous + 1, index));
      }
      title.add(words.get(index));
      previous = index;
    }
    return title;
  }
}
