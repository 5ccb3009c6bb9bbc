package io.hydra.infra.llm.model;

import io.hydra.infra.llm.prior.LabelPrior;
import io.hydra.infra.llm.prior.Prior;
import io.hydra.infra.llm.prior.TitleStyle;
import io.hydra.infra.llm.prompt.PersonProfile;
import io.hydra.infra.llm.prompt.Prompt.Example;
import io.hydra.infra.llm.text.Text;
import io.hydra.infra.llm.text.Text.TextCache;
import io.hydra.infra.llm.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Describes a person from what they answered: the usual labels, or the usual form and words. */
final class Profiles {
  private static final int MOST_ANSWERS = 3;
  private static final int MOST_WORDS = 5;

  private final TextCache texts;

  Profiles(TextCache texts) {
    this.texts = texts;
  }

  PersonProfile of(List<Example> examples) {
    List<String> answers = examples.stream().map(Example::answer).toList();
    if (answers.isEmpty()) {
      return PersonProfile.NONE;
    }
    return answers.stream().allMatch(Prior::isLabel) ? ofLabels(answers) : ofTitles(answers);
  }

  private static PersonProfile ofLabels(List<String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach(a -> counts.merge(LabelPrior.key(a), 1, Integer::sum));
    OptionalDouble average =
        answers.stream().allMatch(Profiles::isNumber)
            ? answers.stream().mapToDouble(Double::parseDouble).average()
            : OptionalDouble.empty();
    return new PersonProfile(
        mostFrequent(counts, 1, MOST_ANSWERS),
        average,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        false,
        false,
        List.of());
  }

  private PersonProfile ofTitles(List<String> answers) {
    List<Text> titles = answers.stream().map(texts::get).toList();
    TitleStyle style = TitleStyle.of(titles);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String answer : answers) {
      Set<String> once = new HashSet<>();
      for (String word : Words.lower(answer)) {
        if (!Words.isFunctionWord(word) && once.add(word)) {
          counts.merge(word, 1, Integer::sum);
        }
      }
    }
    return new PersonProfile(
        List.of(),
        OptionalDouble.empty(),
        OptionalDouble.of(style.length()),
        OptionalDouble.of(style.titleCase()),
        style.colon() >= 0.5,
        style.question() >= 0.5,
        mostFrequent(counts, 2, MOST_WORDS));
  }

  /** Equally frequent ones in the order of their first appearance. */
  private static List<String> mostFrequent(Map<String, Integer> counts, int least, int most) {
    List<Map.Entry<String, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.removeIf(e -> e.getValue() < least);
    entries.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()));
    return entries.stream().limit(most).map(Map.Entry::getKey).toList();
  }

  /** A small plain number such as a count of stars. */
  static boolean isNumber(String answer) {
    return !answer.isEmpty()
        && answer.length() <= 4
        && answer.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
