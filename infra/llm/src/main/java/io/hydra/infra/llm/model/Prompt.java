package io.hydra.infra.llm.model;

import io.hydra.infra.llm.model.SimulatedModel.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A few-shot question, read from the usual form: an optional instruction, user and assistant
 * messages in turn as examples, and a final user message.
 *
 * <p>In a user message the text follows the last line that starts with {@code Text:}, or stands
 * between {@code <text>} and {@code </text>} behind the first such line that opens so, whatever
 * lines it has; what stands before is instruction. The options are the last bracketed list of two
 * or more entries there (else in a system message), e.g. {@code Options: [women, food & drink,
 * sci-fi]}. Without a {@code Text:} line such a list must follow a colon, or a citation such as [1,
 * 2] would pass for one, and the text is what follows it, or else the whole message.
 *
 * <p>A final message that begins with {@code Describe this person} or {@code Summarize this person}
 * asks for a {@link PersonProfile}. Its examples are the turns before, and pairs of lines {@code
 * Text: …} and {@code Answer: …} in it. Whatever a system message says in the forms of {@link
 * PersonProfile} is understood.
 *
 * @param options the closed set of answers as written; empty where the answer is open text
 * @param examples in the order of the messages
 * @param text the text that the answer is about, without the instruction
 * @param profile the description of the person in the system messages
 * @param asksForProfile whether the person is to be described, not answered for
 */
record Prompt(
    List<String> options,
    List<Example> examples,
    String text,
    PersonProfile profile,
    boolean asksForProfile) {
  private static final String TEXT = "Text:";
  private static final String ANSWER = "Answer:";
  private static final Pattern DELIMITED =
      Pattern.compile("(?m)^[ \\t]*" + TEXT + "\\s*<text>(?s:(.*))</text>");
  private static final List<String> PROFILE_REQUESTS =
      List.of("describe this person", "summarize this person");

  Prompt {
    options = List.copyOf(options);
    examples = List.copyOf(examples);
  }

  /** Reads messages, of which the last must be a user's. */
  static Prompt parse(List<Message> messages) {
    List<Example> examples = new ArrayList<>();
    StringBuilder instructions = new StringBuilder();
    for (int i = 0; i + 1 < messages.size(); i++) {
      Message question = messages.get(i);
      Message answer = messages.get(i + 1);
      if (question.isUser() && answer.isAssistant()) {
        examples.add(new Example(split(question.content()).text(), answer.content().strip()));
      }
      if (question.isInstruction()) {
        instructions.append(question.content()).append('\n');
      }
    }
    String last = messages.get(messages.size() - 1).content();
    if (asksForProfile(last)) {
      addLines(last, examples);
      return new Prompt(List.of(), examples, "", PersonProfile.NONE, true);
    }
    Parts parts = split(last);
    List<String> options = parts.options();
    for (int i = messages.size() - 2; i >= 0 && options.isEmpty(); i--) {
      if (messages.get(i).isInstruction()) {
        options = lastList(messages.get(i).content(), false).options();
      }
    }
    PersonProfile profile = PersonProfile.parse(instructions.toString());
    return new Prompt(options, examples, parts.text(), profile, false);
  }

  private static boolean asksForProfile(String content) {
    String start = content.stripLeading();
    return PROFILE_REQUESTS.stream().anyMatch(r -> start.regionMatches(true, 0, r, 0, r.length()));
  }

  private static void addLines(String content, List<Example> examples) {
    String text = null;
    for (String line : content.lines().map(String::strip).toList()) {
      if (line.startsWith(TEXT)) {
        text = line.substring(TEXT.length()).strip();
      } else if (line.startsWith(ANSWER) && text != null) {
        examples.add(new Example(text, line.substring(ANSWER.length()).strip()));
        text = null;
      }
    }
  }

  private static Parts split(String content) {
    Matcher delimited = DELIMITED.matcher(content);
    if (delimited.find()) {
      return new Parts(
          lastList(content.substring(0, delimited.start()), false).options(),
          delimited.group(1).strip());
    }
    int marker = content.lastIndexOf(TEXT);
    while (marker >= 0) {
      int start = lineStart(content, marker);
      if (start >= 0) {
        return new Parts(
            lastList(content.substring(0, start), false).options(),
            content.substring(marker + TEXT.length()).strip());
      }
      marker = content.lastIndexOf(TEXT, marker - 1);
    }
    Found list = lastList(content, true);
    String after = content.substring(list.end()).strip();
    return new Parts(list.options(), after.isEmpty() ? content.strip() : after);
  }

  /** The start of the line that has only white space before {@code at}, or -1. */
  private static int lineStart(String content, int at) {
    int start = skipSpacesBack(content, at);
    return start == 0 || content.charAt(start - 1) == '\n' || content.charAt(start - 1) == '\r'
        ? start
        : -1;
  }

  private static int skipSpacesBack(String content, int from) {
    int at = from;
    while (at > 0 && (content.charAt(at - 1) == ' ' || content.charAt(at - 1) == '\t')) {
      at--;
    }
    return at;
  }

  /** The last list of two or more entries, in brackets and on one line. */
  private static Found lastList(String text, boolean afterColon) {
    int close = text.lastIndexOf(']');
    while (close > 0) {
      int open = text.lastIndexOf('[', close);
      if (open < 0) {
        break;
      }
      List<String> entries = entries(text.substring(open + 1, close));
      int before = skipSpacesBack(text, open);
      if (entries.size() >= 2 && (!afterColon || (before > 0 && text.charAt(before - 1) == ':'))) {
        return new Found(entries, close + 1);
      }
      close = text.lastIndexOf(']', close - 1);
    }
    return new Found(List.of(), 0);
  }

  private static List<String> entries(String list) {
    return list.indexOf(']') >= 0 || list.indexOf('\n') >= 0
        ? List.of()
        : Arrays.stream(list.split(","))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .distinct()
            .toList();
  }

  private record Parts(List<String> options, String text) {}

  private record Found(List<String> options, int end) {}

  /** A text and its answer, from a user message and the assistant's reply to it. */
  record Example(String text, String answer) {}
}
