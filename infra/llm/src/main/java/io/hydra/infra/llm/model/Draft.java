package io.hydra.infra.llm.model;

import io.hydra.infra.llm.model.Candidates.WordPicker;
import io.hydra.infra.llm.model.TitleStyle.Formula;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * All of an open answer that is not left to chance, and how chance makes a title of it.
 *
 * <p>Drawn are each word's salience (normal noise of {@link #WORD_NOISE} times the temperature),
 * the length, whether a formula of the examples is adopted, the marks of form, and the words that
 * join others (in proportion to how often titles hold them, to the power of 1 over the
 * temperature). Shares of form have no temperature above 1.
 *
 * @param salience one per candidate word
 * @param evidence a formula that so many titles have would be certain
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record Draft(
    Candidates words,
    double[] salience,
    TitleStyle style,
    Formula beginning,
    Formula ending,
    double evidence) {
  private static final double WORD_NOISE = 0.7;
  private static final int SHORTEST = 3;
  private static final int LONGEST = 30;
  private static final int SHORTEST_WITH_COLON = 4;

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
    int room = Math.min(breaks(title), free - title.length);
    List<String> joining = room <= 0 ? List.of() : joining(title, room, temperature, random);
    boolean marked = colon && !start.hasColon();
    return form(title, joining, start, end, titleCase, marked, question && end.words().isEmpty());
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
   * Writes picked words as a title.
   *
   * @param title indices of candidates in order
   * @param joining words that only join others, lower-cased, for the first breaks between them
   */
  private String form(
      int[] title,
      List<String> joining,
      Formula start,
      Formula end,
      boolean titleCase,
      boolean colon,
      boolean question) {
    int colonAfter = colon && title.length >= SHORTEST_WITH_COLON ? widestGap(title) : -1;
    StringBuilder out = new StringBuilder();
    start.words().forEach(w -> append(out, w));
    int joined = 0;
    for (int i = 0; i < title.length; i++) {
      boolean opens = out.isEmpty() || i - 1 == colonAfter;
      if (!opens && i > 0 && title[i] > title[i - 1] + 1 && joined < joining.size()) {
        append(out, joining.get(joined++));
      }
      append(out, cased(title[i], titleCase, opens));
      if (i == colonAfter) {
        out.append(':');
      }
    }
    end.words().forEach(w -> append(out, w));
    return out.append(question && title.length > 0 ? "?" : "").toString();
  }

  /** Number of places for joining words. */
  private static int breaks(int[] title) {
    int breaks = 0;
    for (int i = 1; i < title.length; i++) {
      breaks += title[i] > title[i - 1] + 1 ? 1 : 0;
    }
    return breaks;
  }

  private static void append(StringBuilder out, String word) {
    out.append(out.isEmpty() ? "" : " ").append(word);
  }

  private String cased(int at, boolean titleCase, boolean opens) {
    String surface = words.surface(at);
    if (words.keepsCase(at) && at >= words.inputFrom()) {
      return surface;
    }
    String lower = surface.toLowerCase(Locale.ROOT);
    if (opens || (titleCase && !words.isFunction(at))) {
      int first = lower.offsetByCodePoints(0, 1);
      return lower.substring(0, first).toUpperCase(Locale.ROOT) + lower.substring(first);
    }
    return lower;
  }

  /** The place after which the input was cut most: a break that reads as one. */
  private static int widestGap(int[] title) {
    int at = 0;
    for (int i = 0; i < title.length / 2 + 1 && i + 2 < title.length; i++) {
      if (title[i + 1] - title[i] > title[at + 1] - title[at]) {
        at = i;
      }
    }
    return at;
  }
}
