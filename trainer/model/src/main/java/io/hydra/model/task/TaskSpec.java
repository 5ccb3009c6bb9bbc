package io.hydra.model.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One task: what the LLM is asked, and how the answer is chosen.
 *
 * @param id names the task in events and queries
 * @param instruction what the LLM is told, one line
 * @param options the closed set of answers; empty for open text; rising numbers where the metric
 *     measures distances
 * @param retrieved M, how many history items are retrieved
 * @param used k, how many of these go into the prompt
 * @param candidates b, how many samples the LLM is asked for
 * @param temperature of the samples
 * @param maxTokens at most, per sample
 * @param rerank whether the reranker orders the retrieved items; else BM25 does
 * @param margin how much better, in the metric's own terms, the adapter must believe its answer to
 *     be than the LLM's own (closed tasks), or the LLM's own stands
 */
public record TaskSpec(
    String id,
    String instruction,
    List<String> options,
    Metric metric,
    int retrieved,
    int used,
    int candidates,
    double temperature,
    int maxTokens,
    Boolean rerank,
    double margin) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  public TaskSpec {
    options = options == null ? List.of() : List.copyOf(options);
    rerank = rerank == null || rerank;
  }

  /** Whether the answer is one of {@link #options}. */
  public boolean isClosed() {
    return !options.isEmpty();
  }

  /** Whether the options are numbers in order, so that distances between them mean something. */
  public boolean isOrdinal() {
    return metric != null && metric.isOrdinal();
  }

  /**
   * Which option a user's own output is, whatever its case and the space around it.
   *
   * @return its index, or -1 if it is none of them
   */
  public int indexOf(String output) {
    String stripped = output.strip();
    for (int c = 0; c < options.size(); c++) {
      if (options.get(c).equalsIgnoreCase(stripped)) {
        return c;
      }
    }
    return -1;
  }

  /**
   * An LLM's text as an answer to this task. Closed: the option it names, in the catalogue's
   * spelling, or "" if it names none or more than one; an option inside a longer named one
   * ("comedy" in "dark comedy") is not named. Open: the first line without surrounding quotes.
   */
  public String normalize(String llmText) {
    return isClosed() ? option(llmText) : line(llmText);
  }

  private String option(String llmText) {
    String text = squeeze(llmText).toLowerCase(Locale.ROOT);
    List<String> longestFirst = new ArrayList<>(options);
    longestFirst.sort((a, b) -> Integer.compare(b.length(), a.length()));
    String rest = text;
    String named = "";
    for (String option : longestFirst) {
      Pattern word =
          Pattern.compile(
              "(?<![\\p{L}\\p{N}])"
                  + Pattern.quote(option.toLowerCase(Locale.ROOT))
                  + "(?![\\p{L}\\p{N}])");
      String without = word.matcher(rest).replaceAll(" ");
      if (!without.equals(rest)) {
        if (!named.isEmpty()) {
          return "";
        }
        named = option;
        rest = without;
      }
    }
    return named;
  }

  private static String line(String llmText) {
    String first = llmText.strip().lines().findFirst().orElse("");
    String text = squeeze(first);
    boolean quoted =
        text.length() > 1
            && "\"“'".indexOf(text.charAt(0)) >= 0
            && "\"”'".indexOf(text.charAt(text.length() - 1)) >= 0;
    return quoted ? text.substring(1, text.length() - 1).strip() : text;
  }

  private static String squeeze(String text) {
    return SPACE.matcher(text.strip()).replaceAll(" ");
  }
}
