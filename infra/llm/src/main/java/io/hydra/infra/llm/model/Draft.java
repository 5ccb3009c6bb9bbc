package io.hydra.infra.llm.model;

import io.hydra.infra.llm.prior.TitleStyle;
import io.hydra.infra.llm.text.Text;
import io.hydra.infra.llm.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All of an open answer that is not left to chance, and how chance makes a title of it.
 *
 * <p>Drawn are each word's salience (normal noise of {@link #WORD_NOISE} times the temperature),
 * the length, whether a formula of the examples is adopted, the marks of form, and the words that
 * join others (in proportion to how often titles hold them, to the power of 1 over the
 * temperature). Shares of form have no temperature above 1.
 */
final class Draft {
  private static final double WORD_NOISE = 0.7;
  private static final int SHORTEST = 3;
  private static final int LONGEST = 30;

  private final Candidates words;
  private final double[] salience;
  private final TitleStyle style;
  private final Formula beginning;
  private final Formula ending;
  private final double evidence;

  /**
   * @param salience one per candidate word
   * @param evidence a formula that so many titles have would be certain
   */
  Draft(
      Candidates words,
      double[] salience,
      TitleStyle style,
      Formula beginning,
      Formula ending,
      double evidence) {
    this.words = words;
    this.salience = salience;
    this.style = style;
    this.beginning = beginning;
    this.ending = ending;
    this.evidence = evidence;
  }

  String write(double temperature, SplittableRandom random) {
    double chance = Math.min(temperature, 1);
    double[] noisy = salience.clone();
    if (temperature > 0) {
      for (int i = 0; i < noisy.length; i++) {
        // A word that only joins others is never picked, whatever is drawn.
        if (noisy[i] > Double.NEGATIVE_INFINITY) {
          noisy[i] += WORD_NOISE * temperature * random.nextGaussian();
        }
      }
    }
    double spread = Math.min(style.lengthSpread(), style.length() / 2);
    double drawn = style.length() + spread * chance * random.nextGaussian();
    int length = (int) Math.max(SHORTEST, Math.min(LONGEST, Math.round(drawn)));
    Formula start = adopt(beginning, chance, random);
    Formula end = adopt(ending, chance, random);
    boolean titleCase = decide(style.titleCase(), chance, random);
    boolean colon = decide(style.colon(), chance, random);
    boolean question = decide(style.question(), chance, random);
    int free = Math.max(1, length - start.words().size() - end.words().size());
    int content = Math.max(1, (int) Math.round(free * (1 - style.joining())));
    int[] title = WordPicker.pick(words, noisy, content);
    int room = Math.min(TitleForm.breaks(title), free - title.length);
    List<String> joining = room <= 0 ? List.of() : joining(title, room, temperature, random);
    return TitleForm.write(
        words,
        title,
        joining,
        new TitleForm.Frame(
            start, end, titleCase, colon && !start.hasColon(), question && end.words().isEmpty()));
  }

  /** The likeliest joining words that the title has not yet, drawn at a temperature. */
  private List<String> joining(
      int[] title, int wanted, double temperature, SplittableRandom random) {
    double[] score = style.functions().clone();
    for (int i = 0; i < score.length; i++) {
      score[i] = score[i] == 0 ? Double.NEGATIVE_INFINITY : Math.log(score[i]);
      if (score[i] > Double.NEGATIVE_INFINITY && temperature > 0) {
        score[i] += temperature * gumbel(random);
      }
    }
    for (int at : title) {
      if (words.isFunction(at)) {
        score[words.function(at)] = Double.NEGATIVE_INFINITY;
      }
    }
    List<String> joining = new ArrayList<>();
    while (joining.size() < wanted) {
      int best = 0;
      for (int i = 1; i < score.length; i++) {
        best = score[i] > score[best] ? i : best;
      }
      if (score[best] == Double.NEGATIVE_INFINITY) {
        break;
      }
      joining.add(Words.functionWord(best));
      score[best] = Double.NEGATIVE_INFINITY;
    }
    return joining;
  }

  private Formula adopt(Formula formula, double chance, SplittableRandom random) {
    return decide(formula.titles() / evidence, chance, random) ? formula : Formula.NONE;
  }

  /** The likelier of the two at chance 0, drawn at the given share at chance 1. */
  private static boolean decide(double share, double chance, SplittableRandom random) {
    double threshold = 0.5 + chance * (random.nextDouble() - 0.5);
    return share > threshold || (share == threshold && share >= 0.5);
  }

  /** The largest of such draws added to logarithms falls as shares would have it (Gumbel, 1954). */
  private static double gumbel(SplittableRandom random) {
    return -Math.log(-Math.log(1 - random.nextDouble()));
  }

  /**
   * The weight of an example of the messages, for labels and titles alike: {@code SIMILARITY *
   * cosine(example's text, question's text) + PRESENCE}. The cosine of two short texts on one
   * subject is some 0.05 to 0.2.
   */
  static final class ExampleWeight {
    static final double SIMILARITY = 5;
    static final double PRESENCE = 0.3;

    private ExampleWeight() {}

    static double of(Text shown, Text asked) {
      return SIMILARITY * shown.similarity(asked) + PRESENCE;
    }
  }
}
