package io.hydra.infra.llm.model;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.hydra.infra.llm.model.Prompt.Example;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Describes a person from what they answered: the usual labels, or the usual form and words. */
record Profiles(LoadingCache<String, Text> texts) {
  private static final int MOST_ANSWERS = 3;
  private static final int MOST_WORDS = 5;

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
    return PersonProfile.ofLabels(mostFrequent(counts, 1, MOST_ANSWERS), average);
  }

  private PersonProfile ofTitles(List<String> answers) {
    List<Text> titles = answers.stream().map(texts::get).toList();
    TitleStyle style = TitleStyle.of(titles);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String answer : answers) {
      Words.lower(answer).stream()
          .filter(word -> !Words.isFunctionWord(word))
          .distinct()
          .forEach(word -> counts.merge(word, 1, Integer::sum));
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
    return counts.entrySet().stream()
        .filter(e -> e.getValue() >= least)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A small plain number such as a count of stars. */
  static boolean isNumber(String answer) {
    return !answer.isEmpty()
        && answer.length() <= 4
        && answer.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
