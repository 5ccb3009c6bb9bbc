package io.hydra.infra.llm.model;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.hydra.infra.llm.model.Prompt.Example;
import io.hydra.infra.llm.model.TitleStyle.Formula;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Answers in open text: a headline or title made of telling words of the input and of the examples'
 * titles, in the form of the examples, or of the sample text without. Per content word,
 *
 * <pre>
 * salience = log-odds learned that a word of an input stands in the title  (a word of the input)
 *          | OUTSIDE                                                      (a word of a title only)
 *          + sum over examples whose title has the word of {@link Text#weightAsExampleFor}
 * </pre>
 *
 * so a misleading example's words get in as easily as a good one's. How {@link Draft} makes a title
 * of them does not know which is which.
 */
record TitleAnswers(Prior prior, LoadingCache<String, Text> texts, double evidence) {
  /** Examples, or profiles, that weigh as much as all sample text does. */
  private static final double PRIOR_EXAMPLES = 1.0;

  /** Log-odds that a word of another title stands in this one: some one in ninety. */
  private static final double OUTSIDE = -4.5;

  Draft draft(Prompt prompt) {
    Text input = texts.get(prompt.text());
    TitlePrior learned = prior.titlesLike(input);
    List<Shown> shown = new ArrayList<>();
    for (Example example : prompt.examples()) {
      double weight = evidence * texts.get(example.text()).weightAsExampleFor(input);
      shown.add(new Shown(texts.get(example.answer()), weight));
    }
    List<Text> titles = shown.stream().map(Shown::title).toList();
    TitleStyle style = heed(prompt.profile(), learned.style());
    if (!titles.isEmpty()) {
      double weight = titles.size() / (titles.size() + PRIOR_EXAMPLES);
      style = style.towards(TitleStyle.of(titles), weight);
    }
    List<String> alikeFirst =
        shown.stream()
            .sorted(Comparator.comparingDouble(Shown::weight).reversed())
            .map(s -> s.title().raw())
            .toList();
    if (!prompt.profile().frequentWords().isEmpty()) {
      Text words = texts.get(String.join(" ", prompt.profile().frequentWords()));
      shown.add(new Shown(words, Text.PRESENCE));
    }
    Candidates words = Candidates.of(shown.stream().map(Shown::title).toList(), input);
    return new Draft(
        words,
        salience(words, shown, learned),
        style,
        Formula.beginning(alikeFirst),
        Formula.ending(alikeFirst),
        titles.size() + PRIOR_EXAMPLES);
  }

  private static double[] salience(Candidates words, List<Shown> shown, TitlePrior learned) {
    double[] salience = new double[words.size()];
    int from = words.inputFrom();
    for (int i = 0; i < salience.length; i++) {
      if (words.isFunction(i)) {
        salience[i] = Double.NEGATIVE_INFINITY;
      } else if (i < from) {
        salience[i] = OUTSIDE;
      } else {
        double place = (i - from) / (double) (salience.length - from);
        salience[i] = learned.salience(words.id(i), place);
      }
    }
    for (Shown example : shown) {
      Text title = example.title();
      for (int t = 0; t < title.size(); t++) {
        if (title.isFunction(t) || isRepeated(title, t)) {
          continue;
        }
        for (int i = 0; i < salience.length; i++) {
          salience[i] += words.id(i) == title.id(t) ? example.weight() : 0;
        }
      }
    }
    return salience;
  }

  private static boolean isRepeated(Text title, int word) {
    for (int i = 0; i < word; i++) {
      if (title.id(i) == title.id(word)) {
        return true;
      }
    }
    return false;
  }

  /** Moves the style towards the form that a profile names, which counts as one example does. */
  private static TitleStyle heed(PersonProfile profile, TitleStyle style) {
    TitleStyle said =
        new TitleStyle(
            profile.words().orElse(style.length()),
            style.lengthSpread(),
            profile.titleCase().orElse(style.titleCase()),
            profile.colon() ? 1 : style.colon(),
            profile.question() ? 1 : style.question(),
            style.joining(),
            style.functions());
    return style.towards(said, 1 / (1 + PRIOR_EXAMPLES));
  }

  private record Shown(Text title, double weight) {}
}
