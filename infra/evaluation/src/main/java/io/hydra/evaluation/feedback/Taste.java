package io.hydra.evaluation.feedback;

import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A user's own way with what they would have written: which label they use for a thing, how many
 * stars less or more they give, or the form of their texts.
 */
interface Taste extends UnaryOperator<String> {
  /** The data's own. */
  Taste TRUE = text -> text;

  /** A taste drawn by seed: of labels a permutation; of numbers one step down or up. */
  static Taste drawn(TaskSpec task, long seed) {
    Random random = new Random(seed);
    if (!task.isClosed()) {
      return TextForm.drawn(random);
    }
    if (task.isOrdinal()) {
      return steps(task, random.nextBoolean() ? 1 : -1);
    }
    List<String> names = new ArrayList<>(task.options());
    Collections.shuffle(names, random);
    return label -> names.get(task.indexOf(label));
  }

  /** Another one than {@code drawn} by the same seed: the other direction, or a new draw. */
  static Taste opposite(TaskSpec task, long seed) {
    if (task.isClosed() && !task.isOrdinal()) {
      return drawn(task, ~seed);
    }
    Random random = new Random(seed);
    return task.isClosed()
        ? steps(task, random.nextBoolean() ? -1 : 1)
        : TextForm.drawn(random).opposite();
  }

  private static Taste steps(TaskSpec task, int by) {
    int last = task.options().size() - 1;
    return label -> task.options().get(Math.max(0, Math.min(last, task.indexOf(label) + by)));
  }

  /**
   * The form of a user's texts.
   *
   * @param isShort the first half of the words; else half as many again
   * @param isCapitalised each word with a capital; else none
   * @param isDivided a colon behind the first words; else no marks
   */
  record TextForm(boolean isShort, boolean isCapitalised, boolean isDivided) implements Taste {
    static TextForm drawn(Random random) {
      return new TextForm(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
    }

    TextForm opposite() {
      return new TextForm(!isShort, !isCapitalised, !isDivided);
    }

    @Override
    public String apply(String text) {
      List<String> words = Stream.of(text.replaceAll("[:?]", "").strip().split("\\s+")).toList();
      int half = (words.size() + 1) / 2;
      List<String> formed = new ArrayList<>(words.subList(0, isShort ? half : words.size()));
      if (!isShort) {
        formed.addAll(words.subList(0, half));
      }
      formed.replaceAll(this::cased);
      if (isDivided) {
        formed.set((formed.size() - 1) / 3, formed.get((formed.size() - 1) / 3) + ":");
      }
      return formed.stream().collect(Collectors.joining(" "));
    }

    private String cased(String word) {
      if (!isCapitalised || word.isEmpty()) {
        return word.toLowerCase(Locale.ROOT);
      }
      int first = word.offsetByCodePoints(0, 1);
      return word.substring(0, first).toUpperCase(Locale.ROOT) + word.substring(first);
    }
  }
}
