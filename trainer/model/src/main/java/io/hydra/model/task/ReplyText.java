package io.hydra.model.task;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Strips what an LLM wraps an answer in: reasoning, code fences, preambles, prefixes, markdown and
 * quotation marks. Pure functions; none takes more than linear time.
 */
public final class ReplyText {
  /** Longer replies are cut: an answer is a line. */
  private static final int MAX_CHARACTERS = 16_384;

  private static final int MAX_LINES = 64;

  /** Layers of marks around an answer: {@code > - **"…"**} has four. */
  private static final int MAX_LAYERS = 8;

  private static final String NOUN =
      "(?<noun>(?:final )?answer|output|response|result|headline|title|subject|tag|label"
          + "|category|rating)(?: line)?";
  private static final Pattern REASONING_END =
      Pattern.compile("</(?:think|thinking|thought|reasoning)>", Pattern.CASE_INSENSITIVE);
  private static final Pattern REASONING_START =
      Pattern.compile("\\A\\s*<(?:think|thinking|thought|reasoning)>", Pattern.CASE_INSENSITIVE);
  private static final Pattern FENCE = Pattern.compile("(?:```|~~~)\\w{0,20}");
  private static final Pattern BULLET = Pattern.compile("\\A(?:#{1,6}|>|[-*•])\\s+");
  private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*|__([^_]+)__");

  /** The words that announce an answer: a label, a courtesy, or "here is" up to its noun. */
  private static final List<Pattern> LABELS =
      List.of(
          label("(?:(?:the|my) )?" + NOUN),
          label(
              "(?:sure|certainly|of course|okay|ok)[!,.][^:：]{0,80}\\b" + NOUN + "\\b[^:：]{0,80}"),
          label("here(?:['’]s| is| are)\\b[^:：]{0,80}\\b" + NOUN));

  private static final Pattern FINAL_ANSWER =
      Pattern.compile("\\banswer\\W{0,4}(?:\\bis\\b|[:：])", Pattern.CASE_INSENSITIVE);
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern INVISIBLE =
      Pattern.compile("[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]");

  /** Opening marks, each with those that may close it. */
  private static final List<String> QUOTES =
      List.of(
          "\"\"", "“”", "''", "‘’", "«»", "»«", "‹›", "„“”", "‚‘’", "「」", "『』", "《》", "〈〉", "``");

  private ReplyText() {}

  private static Pattern label(String words) {
    return Pattern.compile("\\A" + words + "\\s?[:：]\\s*(?=\\S)", Pattern.CASE_INSENSITIVE);
  }

  /**
   * The reply without the reasoning in front of it: what follows the last closing tag, or nothing
   * where the tag was never closed, since then the answer was not reached.
   */
  public static String withoutReasoning(String reply) {
    Matcher end = REASONING_END.matcher(reply);
    int from = 0;
    while (end.find()) {
      from = end.end();
    }
    String rest = reply.substring(from);
    return REASONING_START.matcher(rest).find() ? "" : rest;
  }

  /**
   * The one line that is the answer, without what stands around it: the first line, but for code
   * fences and for a line ending in a colon that introduces others. A label in front of it ("Title:
   * …") is the answer's own unless the instruction asks for a title.
   */
  static String line(String reply, String instruction) {
    return line(reply, noun -> isAskedFor(noun, instruction));
  }

  /** The same without any label: of use where the answer is known to have none of its own. */
  static String unlabelledLine(String reply) {
    return line(reply, noun -> true);
  }

  private static boolean isAskedFor(String noun, String instruction) {
    String name = noun.toLowerCase(Locale.ROOT);
    return name.endsWith("answer")
        || name.equals("output")
        || Pattern.compile("\\b" + name + "s?\\b", Pattern.CASE_INSENSITIVE)
            .matcher(instruction)
            .find();
  }

  private static String line(String reply, Predicate<String> labels) {
    List<String> lines = lines(reply);
    int first = 0;
    while (first + 1 < lines.size() && endsInColon(lines.get(first))) {
      first++;
    }
    return first < lines.size() ? peel(lines.get(first), labels) : "";
  }

  private static boolean endsInColon(String line) {
    int end = line.length();
    while (end > 0 && "*_".indexOf(line.charAt(end - 1)) >= 0) {
      end--;
    }
    return end > 0 && ":：".indexOf(line.charAt(end - 1)) >= 0;
  }

  private static List<String> lines(String reply) {
    List<String> lines = new ArrayList<>();
    for (String line : (Iterable<String>) head(withoutReasoning(reply)).lines()::iterator) {
      String squeezed = squeeze(line);
      if (!squeezed.isEmpty() && !FENCE.matcher(squeezed).matches()) {
        lines.add(squeezed);
        if (lines.size() == MAX_LINES) {
          break;
        }
      }
    }
    return lines;
  }

  /** The text after the last "Answer:" or "the answer is", up to the end of its line; else null. */
  static String finalAnswer(String reply) {
    String found = null;
    String text = head(withoutReasoning(reply));
    Matcher answer = FINAL_ANSWER.matcher(text);
    while (answer.find()) {
      found = text.substring(answer.end()).stripLeading().lines().findFirst().orElse("");
    }
    return found;
  }

  private static String peel(String line, Predicate<String> labels) {
    String text = line;
    for (int layer = 0; layer < MAX_LAYERS; layer++) {
      String peeled = BOLD.matcher(text).replaceAll("$1$2");
      peeled = BULLET.matcher(peeled).replaceFirst("");
      peeled = withoutLabel(peeled, labels);
      peeled = unquote(peeled.strip());
      if (peeled.equals(text)) {
        break;
      }
      text = peeled;
    }
    return text;
  }

  private static String withoutLabel(String line, Predicate<String> labels) {
    for (Pattern each : LABELS) {
      Matcher label = each.matcher(line);
      if (label.find() && labels.test(label.group("noun"))) {
        return line.substring(label.end());
      }
    }
    return line;
  }

  private static String unquote(String text) {
    // A full stop behind the closing mark is not the answer's either.
    String quoted = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (quoted.length() < 2) {
      return text;
    }
    char first = quoted.charAt(0);
    char last = quoted.charAt(quoted.length() - 1);
    if (quoted.length() > 2 && first == last && (first == '*' || first == '_')) {
      return without(quoted, first, last) ? quoted.substring(1, quoted.length() - 1).strip() : text;
    }
    for (String marks : QUOTES) {
      if (marks.charAt(0) == first && marks.indexOf(last, 1) > 0 && without(quoted, first, last)) {
        return quoted.substring(1, quoted.length() - 1).strip();
      }
    }
    return text;
  }

  /**
   * Tells whether the marks around the text stand nowhere in it, but for apostrophes inside words.
   */
  private static boolean without(String text, char first, char last) {
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      boolean apostrophe =
          (c == '\'' || c == '’')
              && Character.isLetterOrDigit(text.charAt(i - 1))
              && Character.isLetter(text.charAt(i + 1));
      if ((c == first || c == last) && !apostrophe) {
        return false;
      }
    }
    return true;
  }

  static String squeeze(String text) {
    return SPACE.matcher(INVISIBLE.matcher(text).replaceAll("")).replaceAll(" ").strip();
  }

  /**
   * A text as it is compared: composed (NFC), without case, inner white space squeezed, without
   * invisible marks.
   */
  static String fold(String text) {
    String composed = Normalizer.normalize(squeeze(text), Normalizer.Form.NFC);
    // Upper case first: it tells "ß" from "ss" no more, nor "ς" from "σ".
    String folded = composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('ς', 'σ');
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
  }

  /** The part of a reply that is looked at. */
  static String head(String reply) {
    return reply.length() <= MAX_CHARACTERS ? reply : reply.substring(0, MAX_CHARACTERS);
  }
}
