package io.hydra.infra.llm.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a few plain sentences say about how a person answers. These are the forms that are written
 * and understood; anything else is ignored:
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
public record PersonProfile(
    List<String> answers,
    OptionalDouble average,
    OptionalDouble words,
    OptionalDouble titleCase,
    boolean colon,
    boolean question,
    List<String> frequentWords) {
  public static final PersonProfile NONE =
      new PersonProfile(
          List.of(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          false,
          false,
          List.of());

  private static final String ANSWERS = "often answers:";
  private static final String AVERAGE = "average answer is";
  private static final String WORDS = "have about";
  private static final String TITLE_CASE = "in title case";
  private static final String SENTENCE_CASE = "in sentence case";
  private static final String COLON = "often with a colon";
  private static final String QUESTION = "often as a question";
  private static final String FREQUENT_WORDS = "frequent words:";

  public PersonProfile {
    answers = List.copyOf(answers);
    frequentWords = List.copyOf(frequentWords);
  }

  /** What the text says, in whatever case it is written; {@link #NONE} if nothing. */
  public static PersonProfile parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    PersonProfile profile =
        new PersonProfile(
            list(lower, ANSWERS),
            number(lower, AVERAGE),
            number(lower, WORDS),
            lower.contains(TITLE_CASE)
                ? OptionalDouble.of(1)
                : lower.contains(SENTENCE_CASE) ? OptionalDouble.of(0) : OptionalDouble.empty(),
            lower.contains(COLON),
            lower.contains(QUESTION),
            list(lower, FREQUENT_WORDS));
    return profile.equals(NONE) ? NONE : profile;
  }

  /** The profile in words, which {@link #parse} reads back. */
  public String text() {
    StringBuilder out = new StringBuilder();
    if (!answers.isEmpty()) {
      sentence(out, "This person " + ANSWERS + " " + String.join(", ", answers));
    }
    if (average.isPresent()) {
      sentence(out, "The " + AVERAGE + String.format(Locale.ROOT, " %.1f", average.getAsDouble()));
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
      sentence(out, String.join(", ", form));
    }
    if (!frequentWords.isEmpty()) {
      sentence(out, "Frequent words: " + String.join(", ", frequentWords));
    }
    return out.toString();
  }

  private static void sentence(StringBuilder out, String sentence) {
    out.append(out.isEmpty() ? "" : " ").append(sentence).append('.');
  }

  private static List<String> list(String text, String after) {
    int start = text.indexOf(after);
    if (start < 0) {
      return List.of();
    }
    start += after.length();
    List<String> entries = new ArrayList<>();
    for (String entry : text.substring(start, endOfSentence(text, start)).split(",")) {
      if (!entry.isBlank()) {
        entries.add(entry.strip());
      }
    }
    return entries;
  }

  /** At a full stop before white space or the end, or at a line's end. */
  private static int endOfSentence(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      boolean last = i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1));
      if (text.charAt(i) == '\n' || (text.charAt(i) == '.' && last)) {
        return i;
      }
    }
    return text.length();
  }

  private static OptionalDouble number(String text, String after) {
    int start = text.indexOf(after);
    if (start < 0) {
      return OptionalDouble.empty();
    }
    start += after.length();
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    int end = endOfDigits(text, start);
    if (end > start && end < text.length() && text.charAt(end) == '.') {
      int fraction = endOfDigits(text, end + 1);
      end = fraction > end + 1 ? fraction : end;
    }
    return end == start
        ? OptionalDouble.empty()
        : OptionalDouble.of(Double.parseDouble(text.substring(start, end)));
  }

  /** A few digits are enough, and cannot overflow. */
  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length()
        && end - from < 9
        && text.charAt(end) >= '0'
        && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }
}
