package io.hydra.llm;

/** Texts that can be written as UTF-8. */
final class WellFormed {
  private WellFormed() {}

  /** The text with U+FFFD for each surrogate without its other half, as a cut text may end in. */
  static String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return text;
  }
}
