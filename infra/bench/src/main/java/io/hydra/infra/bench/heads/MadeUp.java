package io.hydra.infra.bench.heads;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts, users and samples from a seed. Words follow Zipf's law (a word's share falls as one over
 * its rank). In a closed task each option has words of its own, so there is something to learn; in
 * an open one the output is made of the input's words. Each call goes on where the last one ended.
 */
public final class MadeUp {
  static final int VOCABULARY = 10_000;
  static final int INPUT_WORDS = 40;
  static final int OUTPUT_WORDS = 10;

  private static final int OWN_WORDS = 20;
  private static final double OWN_SHARE = 0.1;
  private static final double SAMPLED_RIGHT = 0.7;
  private static final List<String> SYLLABLES =
      List.of(
          "ba", "do", "fi", "gu", "ke", "la", "mo", "ni", "pu", "re", "sa", "to", "vi", "wu", "ze",
          "ther", "lan", "mer", "ton", "ster");

  private final SplittableRandom random;
  private final double[] cumulative = new double[VOCABULARY];
  private int items;

  public MadeUp(long seed) {
    random = new SplittableRandom(seed);
    double total = 0;
    for (int rank = 0; rank < VOCABULARY; rank++) {
      total += 1.0 / (rank + 1);
      cumulative[rank] = total;
    }
  }

  /** An option of a closed task; 0 for an open one. */
  int option(TaskSpec task) {
    return task.isClosed() ? random.nextInt(task.options().size()) : 0;
  }

  /** A text of about 40 words, some of them the option's own. */
  String input(int option) {
    int length = INPUT_WORDS + random.nextInt(11) - 5;
    List<String> words = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      int number =
          random.nextDouble() < OWN_SHARE
              ? VOCABULARY + OWN_WORDS * option + random.nextInt(OWN_WORDS)
              : rank();
      words.add(word(number));
    }
    return sentence(words);
  }

  public HistoryItem item(TaskSpec task) {
    int option = option(task);
    String input = input(option);
    String output = task.isClosed() ? task.options().get(option) : output(input);
    items++;
    return new HistoryItem("i" + items, items, input, output);
  }

  /** Oldest first. */
  List<HistoryItem> history(TaskSpec task, int size) {
    List<HistoryItem> history = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      history.add(item(task));
    }
    return history;
  }

  List<List<HistoryItem>> users(TaskSpec task, int users, int size) {
    List<List<HistoryItem>> all = new ArrayList<>(users);
    for (int u = 0; u < users; u++) {
      all.add(history(task, size));
    }
    return all;
  }

  /** Texts that an LLM might give: mostly the answer, or others like it. */
  List<String> samples(TaskSpec task, HistoryItem item) {
    List<String> samples = new ArrayList<>(task.candidates());
    for (int s = 0; s < task.candidates(); s++) {
      if (!task.isClosed()) {
        samples.add(output(item.input()));
      } else {
        samples.add(
            random.nextDouble() < SAMPLED_RIGHT ? item.output() : task.options().get(option(task)));
      }
    }
    return samples;
  }

  /** Ten words, most of them of the input. */
  private String output(String input) {
    String[] of = input.substring(0, input.length() - 1).split(" ", -1);
    List<String> words = new ArrayList<>(OUTPUT_WORDS);
    for (int i = 0; i < OUTPUT_WORDS; i++) {
      words.add(random.nextInt(3) > 0 ? of[random.nextInt(of.length)] : word(rank()));
    }
    String sentence = sentence(words);
    return sentence.substring(0, sentence.length() - 1);
  }

  private int rank() {
    double at = random.nextDouble() * cumulative[VOCABULARY - 1];
    int found = Arrays.binarySearch(cumulative, at);
    return found >= 0 ? found : -found - 1;
  }

  /** Frequent words are short. */
  static String word(int number) {
    StringBuilder word = new StringBuilder();
    int rest = number + 1;
    while (rest > 0) {
      word.append(SYLLABLES.get(rest % SYLLABLES.size()));
      rest /= SYLLABLES.size();
    }
    return word.toString();
  }

  private static String sentence(List<String> words) {
    String text = String.join(" ", words);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }
}
