package io.hydra.model.task;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One task: what the LLM is asked, and how the answer is chosen.
 *
 * @param id names the task in events and queries
 * @param instruction the instruction to the LLM, one line
 * @param options the closed set of answers; empty for open text; rising numbers where the metric
 *     measures distances
 * @param retrieved M, how many history items are retrieved
 * @param used k, how many of these go into the prompt
 * @param candidates b, how many samples the LLM is asked for
 * @param temperature of the samples
 * @param maxTokens at most, per sample
 * @param rerank false: BM25 orders the retrieved items, not the reranker
 * @param margin the lead, in the metric's own terms, that the adapter must give its answer over the
 *     LLM's own (closed tasks), or the LLM's own stands
 */
public record TaskSpec(
    String id,
    String instruction,
    List<String> options,
    Metric metric,
    Integer retrieved,
    Integer used,
    Integer candidates,
    Double temperature,
    Integer maxTokens,
    Boolean rerank,
    Double margin) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** Fills in what a catalogue leaves out; null for what it must not. */
  public TaskSpec {
    instruction = instruction == null ? null : instruction.strip();
    options =
        options == null
            ? List.of()
            : options.stream()
                .map(o -> o == null ? "" : SPACE.matcher(o.strip()).replaceAll(" "))
                .toList();
    retrieved = requireNonNullElse(retrieved, 10);
    used = requireNonNullElse(used, 4);
    candidates = requireNonNullElse(candidates, 8);
    temperature = requireNonNullElse(temperature, 1.0);
    maxTokens = requireNonNullElse(maxTokens, 64);
    rerank = requireNonNullElse(rerank, true);
    margin = requireNonNullElse(margin, 0.0);
  }

  /** Tells whether the answer is one of {@link #options}. */
  public boolean isClosed() {
    return !options.isEmpty();
  }

  /**
   * Tells whether the options are numbers in order, so that distances between them mean something.
   */
  public boolean isOrdinal() {
    return metric != null && metric.isOrdinal();
  }

  /**
   * The option that a user's own output is: the same but for case, white space and the form of its
   * characters, or, where the options are numbers in order, the same number.
   *
   * @return its index, or -1 if it is none of them
   */
  public int indexOf(String output) {
    return Options.of(this).indexOf(output);
  }

  /** The same of many. */
  public List<Integer> indicesOf(Stream<String> outputs) {
    return outputs.map(Options.of(this)::indexOf).toList();
  }

  /**
   * Reads an LLM's text as an answer to this task. A pure function, of linear cost.
   *
   * <p>Closed: the option that it names, in the catalogue's spelling, or "" if it names none or
   * more than one, unless a line "Answer: …" says which; an option inside a longer named one
   * ("comedy" in "dark comedy") is not named. Where the options are numbers in order, a rating in
   * the usual forms ({@code 4/5}, {@code four stars}, {@code ★★★★}), and the nearest option where
   * it lies between two. Open: the first line, without preamble, code fence, markdown and quotation
   * marks. Reasoning in front of an answer is no part of it.
   */
  public String normalize(String llmText) {
    return isClosed() ? Options.of(this).named(llmText) : ReplyText.line(llmText, instruction);
  }
}
