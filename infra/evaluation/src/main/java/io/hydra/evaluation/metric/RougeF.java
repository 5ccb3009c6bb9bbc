package io.hydra.evaluation.metric;

import io.hydra.model.text.Rouge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ROUGE-1 or ROUGE-L, the mean of the F-measures, 0 to 1, with the words of Google's {@code
 * rouge_score} without stemming: lower case, runs of a-z and 0-9 and nothing else, so a text in
 * another script has none and scores 0. The mean is exact; Hugging Face's {@code evaluate} takes
 * the median of a bootstrap in its place.
 */
public final class RougeF extends MeanMeasure {
  private static final Pattern WORD = Pattern.compile("[a-z0-9]+");

  private final boolean longest;

  private RougeF(boolean longest) {
    this.longest = longest;
  }

  /** Common words, {@code rouge1}. */
  public static RougeF one() {
    return new RougeF(false);
  }

  /** The longest common subsequence of words, {@code rougeL}. */
  public static RougeF longest() {
    return new RougeF(true);
  }

  @Override
  public String name() {
    return longest ? "rougeL" : "rouge1";
  }

  @Override
  double score(String answer, String gold) {
    List<String> candidate = words(answer);
    List<String> reference = words(gold);
    return longest ? Rouge.rougeL(candidate, reference) : Rouge.rouge1(candidate, reference);
  }

  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }
}
