package io.hydra.model.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds e-mail addresses, IBANs with their check digits (ISO 7064, mod 97), numbers of payment
 * cards (Luhn), and phone numbers as they are usually written. Its cost is linear in the text.
 */
final class PersonalData implements Redactor {
  private static final String BEFORE = "(?<![\\p{L}\\p{N}.])";
  private static final String AFTER = "(?![\\p{L}\\p{N}])";
  private static final int MIN_CARD_DIGITS = 13;
  private static final int MAX_CARD_DIGITS = 19;
  private static final int MIN_IBAN = 15;
  private static final int MAX_IBAN = 34;
  private static final int IBAN_MODULUS = 97;
  private static final String GAPS = " -";

  /** Those first that others might be taken for. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "EMAIL",
              "(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+'-]{1,64}+@"
                  + "(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}\\p{L}{2,24}",
              String::length),
          new Kind(
              "IBAN",
              BEFORE + "[A-Za-z]{2}\\d{2}(?: ?[A-Za-z0-9]){11,30}" + AFTER,
              text -> longest(text, PersonalData::isIban)),
          new Kind(
              "CARD",
              BEFORE + "\\d(?:[ -]?\\d){12,18}" + AFTER,
              text -> longest(text, PersonalData::isCard)),
          new Kind(
              "PHONE",
              BEFORE
                  + "(?:(?:\\+|00)[1-9](?:[ ./()-]{0,2}\\d){7,14}"
                  + "|\\(?0[1-9]\\d{0,3}\\)?(?:[ ./-]{0,2}\\d){7,10}"
                  + "|\\(?\\d{3}\\)?[ .-]\\d{3}[ .-]\\d{4})"
                  + AFTER,
              String::length));

  /**
   * @param length the length of the part of a finding that is personal; 0 if none is
   */
  private record Kind(String name, Pattern pattern, ToIntFunction<String> length) {
    Kind(String name, String regex, ToIntFunction<String> length) {
      this(name, Pattern.compile(regex), length);
    }
  }

  @Override
  public List<Match> find(String text) {
    List<Match> found = new ArrayList<>();
    for (Kind kind : KINDS) {
      Matcher matcher = kind.pattern().matcher(text);
      for (int from = 0; from <= text.length() && matcher.find(from); ) {
        int start = matcher.start();
        int end = start + kind.length().applyAsInt(matcher.group());
        if (end > start && found.stream().noneMatch(m -> m.start() < end && start < m.end())) {
          found.add(new Match(start, end, kind.name()));
        }
        from = Math.max(start + 1, end);
      }
    }
    return found;
  }

  /** Luhn's sum: every second digit from the right doubled. */
  private static boolean isCard(String text) {
    int sum = 0;
    int digits = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      int digit = text.charAt(i) - '0';
      if (digit >= 0 && digit <= 9) {
        int value = digits % 2 == 0 ? digit : 2 * digit;
        sum += value > 9 ? value - 9 : value;
        digits++;
      }
    }
    return digits >= MIN_CARD_DIGITS && digits <= MAX_CARD_DIGITS && sum % 10 == 0 && sum > 0;
  }

  /**
   * Length of the longest beginning, up to a gap, that is one: a number in groups may be followed
   * by what looks like further groups, as a card's by its expiry.
   */
  private static int longest(String text, Predicate<String> isOne) {
    for (int end = text.length(); end > 0; end--) {
      boolean isWhole = end == text.length() || GAPS.indexOf(text.charAt(end)) >= 0;
      if (isWhole && isOne.test(text.substring(0, end))) {
        return end;
      }
    }
    return 0;
  }

  /** The number that the letters and digits make, the first four at the end, is 1 modulo 97. */
  private static boolean isIban(String text) {
    String compact = text.replace(" ", "");
    if (compact.length() < MIN_IBAN || compact.length() > MAX_IBAN) {
      return false;
    }
    int rest = 0;
    for (int i = 0; i < compact.length(); i++) {
      int value = Character.digit(compact.charAt((i + 4) % compact.length()), 36);
      rest = (rest * (value > 9 ? 100 : 10) + value) % IBAN_MODULUS;
    }
    return rest == 1;
  }
}
