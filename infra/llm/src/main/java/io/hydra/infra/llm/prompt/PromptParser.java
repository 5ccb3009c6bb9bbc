package io.hydra.infra.llm.prompt;

import io.hydra.infra.llm.prompt.Prompt.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the usual few-shot form: an optional instruction, user and assistant messages in turn as
 * examples, and a final user message.
 *
 * <p>In a user message the text follows the last line that starts with {@code Text:}; what stands
 * before is instruction. The options are the last bracketed list of two or more entries there (else
 * in a system message), e.g. {@code Options: [women, food & drink, sci-fi]}. Without a {@code
 * Text:} line such a list must follow a colon, or a citation such as [1, 2] would pass for one, and
 * the text is what follows it, or else the whole message.
 */
public final class PromptParser {
  private static final Pattern TEXT_LINE = Pattern.compile("(?m)^[ \\t]*Text:");
  private static final Pattern LIST = Pattern.compile("\\[([^\\[\\]\\n]*,[^\\[\\]\\n]*)\\]");
  private static final Pattern LIST_AFTER_COLON =
      Pattern.compile(":[ \\t]*\\[([^\\[\\]\\n]*,[^\\[\\]\\n]*)\\]");

  private PromptParser() {}

  /** The last message must be a user's. */
  public static Prompt parse(List<Message> messages) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i + 1 < messages.size(); i++) {
      Message question = messages.get(i);
      Message answer = messages.get(i + 1);
      if (question.isUser() && answer.isAssistant()) {
        examples.add(new Example(split(question.content()).text(), answer.content().strip()));
      }
    }
    Parts last = split(messages.get(messages.size() - 1).content());
    List<String> options = last.options();
    for (int i = messages.size() - 2; i >= 0 && options.isEmpty(); i--) {
      if (messages.get(i).isInstruction()) {
        options = lastList(LIST, messages.get(i).content()).options();
      }
    }
    return new Prompt(options, examples, last.text());
  }

  private static Parts split(String content) {
    int end = -1;
    int start = -1;
    Matcher marker = TEXT_LINE.matcher(content);
    while (marker.find()) {
      start = marker.start();
      end = marker.end();
    }
    if (end >= 0) {
      return new Parts(
          lastList(LIST, content.substring(0, start)).options(), content.substring(end).strip());
    }
    Found list = lastList(LIST_AFTER_COLON, content);
    String after = content.substring(list.end()).strip();
    return new Parts(list.options(), after.isEmpty() ? content.strip() : after);
  }

  private static Found lastList(Pattern pattern, String instruction) {
    Found found = new Found(List.of(), 0);
    for (MatchResult match : pattern.matcher(instruction).results().toList()) {
      List<String> entries =
          Arrays.stream(match.group(1).split(",", -1))
              .map(String::strip)
              .filter(e -> !e.isEmpty())
              .distinct()
              .toList();
      if (entries.size() >= 2) {
        found = new Found(entries, match.end());
      }
    }
    return found;
  }

  private record Parts(List<String> options, String text) {}

  private record Found(List<String> options, int end) {}
}
