package io.hydra.infra.llm.model;

import static java.util.regex.Pattern.DOTALL;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A few plain sentences about how a person answers. These are the forms that are written and
 * understood; anything else is ignored:
 *
 * <pre>
 * This person often answers: politics, women, crime. The average answer is 4.4.
 * The answers have about 9 words, in title case, often with a colon, often as a question.
 * Frequent words: parsing, dialogue.
 * </pre>
 *
 * @param answers most frequent first
 * @param average of answers that are numbers
 * @param words a title has, about
 * @param titleCase 1 for title case, 0 for sentence case
 * @param colon whether titles often have one
 * @param question whether titles often are one
 * @param frequentWords of titles, lower-cased
 */
record PersonProfile(
    List<String> answers,
    OptionalDouble average,
    OptionalDouble words,
    OptionalDouble titleCase,
    boolean colon,
    boolean question,
    List<String> frequentWords) {
  static final PersonProfile NONE = ofLabels(List.of(), OptionalDouble.empty());

  private static final String ANSWERS = "often answers:";
  private static final String AVERAGE = "average answer is";
  private static final String WORDS = "have about";
  private static final String TITLE_CASE = "in title case";
  private static final String SENTENCE_CASE = "in sentence case";
  private static final String COLON = "often with a colon";
  private static final String QUESTION = "often as a question";
  private static final String FREQUENT_WORDS = "frequent words:";

  PersonProfile {
    answers = List.copyOf(answers);
    frequentWords = List.copyOf(frequentWords);
  }

  /** Of a person who answers with labels. */
  static PersonProfile ofLabels(List<String> answers, OptionalDouble average) {
    OptionalDouble none = OptionalDouble.empty();
    return new PersonProfile(answers, average, none, none, false, false, List.of());
  }

  /** The profile that the text holds, in whatever case it is written; {@link #NONE} if none. */
  static PersonProfile parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return new PersonProfile(
        list(lower, ANSWERS),
        number(lower, AVERAGE),
        number(lower, WORDS),
        lower.contains(TITLE_CASE)
            ? OptionalDouble.of(1)
            : lower.contains(SENTENCE_CASE) ? OptionalDouble.of(0) : OptionalDouble.empty(),
        lower.contains(COLON),
        lower.contains(QUESTION),
        list(lower, FREQUENT_WORDS));
  }

  /** The profile in words, which {@link #parse} reads back. */
  String text() {
    List<String> sentences = new ArrayList<>();
    if (!answers.isEmpty()) {
      sentences.add("This person " + ANSWERS + " " + String.join(", ", answers) + ".");
    }
    if (average.isPresent()) {
      sentences.add(String.format(Locale.ROOT, "The %s %.1f.", AVERAGE, average.getAsDouble()));
    }
    if (words.isPresent()) {
      List<String> form = new ArrayList<>();
      form.add("The answers " + WORDS + " " + Math.round(words.getAsDouble()) + " words");
      titleCase.ifPresent(t -> form.add(t >= 0.5 ? TITLE_CASE : SENTENCE_CASE));
      if (colon) {
        form.add(COLON);
      }
      if (question) {
        form.add(QUESTION);
      }
      sentences.add(String.join(", ", form) + ".");
    }
    if (!frequentWords.isEmpty()) {
      sentences.add("Frequent words: " + String.join(", ", frequentWords) + ".");
    }
    return String.join(" ", sentences);
  }

  /** Up to a full stop before white space or the end, or to a line's end. */
  private static List<String> list(String text, String after) {
    Matcher sentence =
        Pattern.compile(after + "(.*?)(?:\\.(?=\\p{javaWhitespace}|\\z)|\n|\\z)", DOTALL)
            .matcher(text);
    return sentence.find()
        ? Arrays.stream(sentence.group(1).split(","))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .toList()
        : List.of();
  }

  /** A few digits are enough, and cannot overflow. */
  private static OptionalDouble number(String text, String after) {
    Matcher number = Pattern.compile(after + " *([0-9]{1,9}(?:\\.[0-9]{1,9})?)?").matcher(text);
    return number.find() && number.group(1) != null
        ? OptionalDouble.of(Double.parseDouble(number.group(1)))
        : OptionalDouble.empty();
  }
}
