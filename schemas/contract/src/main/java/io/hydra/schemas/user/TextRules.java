package io.hydra.schemas.user;

import java.text.Normalizer;
import java.util.Optional;

/**
 * Rules about the characters of ids and texts. What encoders of UTF-8 replace in silence, or what
 * cannot be seen, would make one id of two, so it is refused and never mended: a message names the
 * field and the remedy, never the value.
 */
public final class TextRules {
  /** Of a {@code char} in UTF-8. */
  static final int MOST_BYTES = 3;

  private static final char REPLACEMENT = '\uFFFD';
  private static final int LAST_ASCII = 0x7F;

  private TextRules() {}

  /**
   * The first rule that a user id breaks where something new is said of the user, or empty. An id
   * that was accepted before this rule was is still a {@link UserKey}, and can be erased.
   */
  public static Optional<String> problemOfUserId(String userId) {
    Optional<String> problem = problemOfId("user_id", userId, UserKey.MAX_USER_ID);
    if (problem.isPresent() || isPlain(userId)) {
      return problem;
    }
    if (isSpace(userId.codePointAt(0)) || isSpace(userId.codePointBefore(userId.length()))) {
      return Optional.of("user_id starts or ends with white space: strip it before sending");
    }
    if (userId.codePoints().anyMatch(TextRules::isInvisible)) {
      return Optional.of(
          "user_id holds characters that cannot be seen (zero-width, bidirectional or line"
              + " separators), so two ids would look alike: remove them before sending");
    }
    if (!Normalizer.isNormalized(userId, Normalizer.Form.NFC)) {
      return Optional.of(
          "user_id is not in Unicode's normalization form C, so one name could be two users:"
              + " normalize it to NFC before sending");
    }
    return Optional.empty();
  }

  /** The first rule that an id of an event or query breaks, or empty. */
  public static Optional<String> problemOfId(String field, String id, int maxLength) {
    if (id == null || id.isBlank() || id.length() > maxLength) {
      return Optional.of("%s must have 1 to %d characters".formatted(field, maxLength));
    }
    if (holdsControl(id)) {
      return Optional.of("%s must not hold control characters".formatted(field));
    }
    if (id.indexOf(REPLACEMENT) >= 0) {
      return Optional.of(
          "%s holds U+FFFD, the mark of bytes that were not UTF-8: read them in their own encoding"
              .formatted(field));
    }
    return isWellFormed(id) ? Optional.empty() : unpaired(field);
  }

  /** The first rule that a text breaks by its characters, or empty; an empty text is allowed. */
  public static Optional<String> problemOfText(String field, String text) {
    if (text == null) {
      return Optional.of(field + " must not be null");
    }
    if (text.indexOf(0) >= 0) {
      return Optional.of(field + " holds U+0000: remove it before sending");
    }
    return isWellFormed(text) ? Optional.empty() : unpaired(field);
  }

  /** Size of a text in UTF-8. */
  public static int utf8Bytes(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > LAST_ASCII) {
        // A pair of surrogates has four bytes, two for each.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }

  /** Tells whether each surrogate has its other half: others become a question mark in UTF-8. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isLowSurrogate(c)
          || ++i == text.length()
          || !Character.isLowSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean holdsControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Most ids are: ASCII without a space at either end needs no further look. */
  private static boolean isPlain(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) > LAST_ASCII) {
        return false;
      }
    }
    return id.charAt(0) != ' ' && id.charAt(id.length() - 1) != ' ';
  }

  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  private static boolean isInvisible(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static Optional<String> unpaired(String field) {
    return Optional.of(
        field
            + " holds half of a surrogate pair, which UTF-8 cannot express: do not cut texts inside"
            + " a character");
  }
}
