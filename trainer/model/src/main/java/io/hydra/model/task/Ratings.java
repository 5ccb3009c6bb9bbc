package io.hydra.model.task;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options that are rising numbers, and the ways in which people and LLMs write a number: {@code 4},
 * {@code 4.0}, {@code 4,0}, {@code 4/5}, {@code 4 out of 5}, {@code Four stars}, {@code ★★★★☆}, in
 * the digits of any script.
 *
 * <p>A number between two options is the nearer one, and the lower one where both are as near, as
 * decisions between equals go. A number beyond the options, or a scale that ends elsewhere ({@code
 * 8/10} where the highest is 5), is no answer. Nor is a reply that speaks of two options, be it
 * once as stars and once as a bare number; counts of time and the scale itself are neither.
 */
final class Ratings {
  private static final double EQUAL = 1e-9;
  private static final List<String> WORDS =
      List.of("zero one two three four five six seven eight nine ten".split(" "));

  /** A comma is decimal, except in front of groups of three digits. */
  private static final String NUMBER =
      "((?<![\\d.,])(?:(?<!\\w)[-−])?\\d{1,15}"
          + "(?:(?:,\\d{3}){1,4}(?!\\d)(?:\\.\\d{1,15})?|[.,]\\d{1,15})?)";

  private static final Pattern GROUPED = Pattern.compile("[-−+]?\\d+(?:,\\d{3})+(?:\\.\\d*)?");
  private static final Pattern NUMBERS = Pattern.compile(NUMBER);
  private static final Pattern SCALE =
      Pattern.compile(NUMBER + "(?:[ -]?stars?)?\\s?\\(?(?:/|out of|of)\\s?(?:the )?" + NUMBER);
  private static final Pattern SCALE_ALONE =
      Pattern.compile("\\bscale (?:of|from) (?:" + NUMBER + "\\s?(?:to|[-–])\\s?)?" + NUMBER);
  private static final Pattern STARRED = Pattern.compile(NUMBER + "[ -]?stars?\\b");

  /** "2 days", "the 2nd": numbers that rate nothing. */
  private static final Pattern COUNTED =
      Pattern.compile(
          NUMBER
              + "(?:st|nd|rd|th|[ -]?(?:second|minute|hour|day|night|week|month|year|time)s?)\\b");

  /** A number word by itself, or in front of its stars; elsewhere "one" is just a word. */
  private static final Pattern WORD_ALONE =
      Pattern.compile("\\A\\W*(" + String.join("|", WORDS) + ")\\W*\\z");

  private static final Pattern WORD_SCALED =
      Pattern.compile(
          "\\b(WORD)(?=[ -]?(?:stars?\\b|out of ))|(?<= out of )(WORD)\\b"
              .replace("WORD", String.join("|", WORDS)));
  private static final String FILLED = "★⭐🌟";

  /** "4 ★" are four stars. */
  private static final Pattern COUNTED_STARS =
      Pattern.compile(NUMBER + "\\s?[★⭐🌟]\\uFE0F?+(?!\\s?[★⭐🌟☆✩])");

  private static final Pattern STARS =
      Pattern.compile(
          "(?:[★⭐🌟]\\uFE0F?\\s?){1,40}(?:[☆✩]\\s?){0,40}", Pattern.UNICODE_CHARACTER_CLASS);

  private final TreeMap<Double, String> options = new TreeMap<>();
  private final List<String> inOrder;

  /**
   * @param options rising numbers
   */
  Ratings(List<String> options) {
    this.inOrder = options;
    for (String option : options) {
      this.options.put(Double.parseDouble(option), option);
    }
  }

  /** Index of the option that is the same number as the text, or -1. */
  int equalTo(String text) {
    String number = digits(ReplyText.fold(text)).replace('−', '-');
    if (!number.matches("[+-]?\\d{1,15}(?:\\.\\d{0,15}|,\\d{1,15})?")) {
      return -1;
    }
    double value = value(number);
    String option = nearest(value);
    return option != null && Math.abs(Double.parseDouble(option) - value) < EQUAL
        ? inOrder.indexOf(option)
        : -1;
  }

  /** The options that a text speaks of; one in all if it is clear. */
  Set<String> mentioned(String reply) {
    String text = countStars(numerals(digits(ReplyText.fold(reply))));
    Set<String> rated = new LinkedHashSet<>();
    boolean clear = true;
    Matcher alone = SCALE_ALONE.matcher(text);
    while (alone.find()) {
      clear &= isHighest(value(alone.group(2)));
    }
    text = alone.replaceAll(" ");
    Matcher scales = SCALE.matcher(text);
    while (scales.find()) {
      clear &= isHighest(value(scales.group(2))) && add(rated, value(scales.group(1)));
    }
    text = scales.replaceAll(" ");
    Matcher starred = STARRED.matcher(text);
    while (starred.find()) {
      clear &= add(rated, value(starred.group(1)));
    }
    text = starred.replaceAll(" ");
    boolean bare = rated.isEmpty();
    Matcher numbers = NUMBERS.matcher(COUNTED.matcher(text).replaceAll(" "));
    while (numbers.find()) {
      // Beside a rating, a number beyond the options is about something else.
      boolean option = add(rated, value(numbers.group(1)));
      clear &= option || !bare;
    }
    return clear ? rated : Set.of();
  }

  private boolean isHighest(double value) {
    return Math.abs(value - options.lastKey()) < EQUAL;
  }

  private boolean add(Set<String> rated, double value) {
    String option = nearest(value);
    if (option != null) {
      rated.add(option);
    }
    return option != null;
  }

  /** The option nearest to a number between the lowest and the highest; null beyond. */
  private String nearest(double value) {
    Map.Entry<Double, String> below = options.floorEntry(value + EQUAL);
    Map.Entry<Double, String> above = options.ceilingEntry(value - EQUAL);
    if (below == null || above == null) {
      return null;
    }
    boolean lower = value - below.getKey() <= above.getKey() - value + EQUAL;
    return (lower ? below : above).getValue();
  }

  private static double value(String number) {
    String grouped = GROUPED.matcher(number).matches() ? number.replace(",", "") : number;
    return Double.parseDouble(grouped.replace(',', '.').replace('−', '-'));
  }

  /** Drawn stars as a number of stars. */
  private static String countStars(String text) {
    return STARS
        .matcher(COUNTED_STARS.matcher(text).replaceAll("$1 stars"))
        .replaceAll(
            m -> {
              long filled = m.group().codePoints().filter(c -> FILLED.indexOf(c) >= 0).count();
              return " " + filled + " stars ";
            });
  }

  private static String numerals(String text) {
    Matcher alone = WORD_ALONE.matcher(text);
    if (alone.matches()) {
      return Integer.toString(WORDS.indexOf(alone.group(1)));
    }
    return WORD_SCALED
        .matcher(text)
        .replaceAll(
            m -> Integer.toString(WORDS.indexOf(m.group(1) == null ? m.group(2) : m.group(1))));
  }

  /** Decimal digits of any script as those of ASCII. */
  private static String digits(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
                ascii.append((char) ('0' + Character.digit(c, 10)));
              } else {
                ascii.appendCodePoint(c);
              }
            });
    return ascii.toString();
  }
}
