package io.hydra.llm;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts as models write them, made fit for use. */
final class Texts {
  private static final String NAME = "(?:[a-z]+:)?(?:think|thinking|thought)";
  private static final Pattern OPEN =
      Pattern.compile(
          "<" + NAME + ">|\\[THINK\\]|◁think▷|<\\|channel\\|>analysis<\\|message\\|>",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CLOSE =
      Pattern.compile(
          "</" + NAME + ">|\\[/THINK\\]|◁/think▷|<\\|channel\\|>final<\\|message\\|>",
          Pattern.CASE_INSENSITIVE);

  private Texts() {}

  /**
   * Takes reasoning out of a text, as models write it there whose server does not. What follows the
   * last closing tag is the answer, with or without an opening tag before it. If nothing follows,
   * or no tag closes, the answer is what stands before the opening tag.
   *
   * @return the answer without white space around it; "" if the text is reasoning alone
   */
  static String withoutReasoning(String text) {
    int end = CLOSE.matcher(text).results().mapToInt(MatchResult::end).max().orElse(0);
    String after = beforeOpening(text.substring(end));
    boolean isAnswer = end == 0 || !after.isEmpty();
    return isAnswer ? after : OPEN.matcher(text).find() ? beforeOpening(text) : "";
  }

  private static String beforeOpening(String text) {
    Matcher open = OPEN.matcher(text);
    return (open.find() ? text.substring(0, open.start()) : text).strip();
  }

  /** The text with U+FFFD for each surrogate without its other half, as a cut text may end in. */
  static String wellFormed(String text) {
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
