package io.hydra.llm;

import io.hydra.llm.Transport.Choice;
import io.hydra.llm.Transport.Completion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * An LLM's answer: texts, and why samples that were asked for are not among them.
 *
 * <p>Finished samples are preferred: cut ones are texts only where none was finished. A reply may
 * hold no text at all, where the LLM answered and asking again would give the same: it refused, was
 * filtered, or spent all its tokens on reasoning.
 *
 * @param model name as the endpoint reports it; may be empty in a reply that was kept
 * @param texts without reasoning, none of them blank
 * @param cut whether the texts are cut ones, for want of any that was finished
 * @param losses the number of samples that are not among the texts, by the reason
 * @param fault the reason why samples are missing although another attempt might have given them,
 *     or why this is not the model that was asked first; null if neither
 * @param calls that it took
 * @param promptTokens of all calls; 0 if the endpoint does not tell
 * @param completionTokens of all samples together; 0 if the endpoint does not tell
 * @param millis from the first call to the last reply; of a reply that was kept: when it was made
 */
public record LlmReply(
    String model,
    List<String> texts,
    boolean cut,
    Map<Loss, Integer> losses,
    LlmException fault,
    int calls,
    long promptTokens,
    long completionTokens,
    long millis) {

  /** The reason for which a sample is not among the texts. */
  public enum Loss {
    /** Cut at the token limit, while others were finished. */
    CUT("%d of the samples were cut at the task's maxTokens (%d) and left out"),
    /** All its tokens went into reasoning. */
    REASONING(
        "%d of the samples spent all their tokens on reasoning: raise the task's maxTokens (%d)"),
    /** The endpoint's filter stopped it. */
    FILTERED("%d of the samples were stopped by the endpoint's content filter"),
    /** The LLM refused to answer. */
    REFUSED("%d of the samples were refusals"),
    /** A call of a tool instead of a text. */
    TOOL_CALL("%d of the samples were tool calls without text"),
    /** Finished, and empty. */
    EMPTY("%d of the samples were empty"),
    /** The endpoint gave fewer choices than were asked for. */
    MISSING("%d of the samples were not given");

    private final String told;

    Loss(String told) {
      this.told = told;
    }
  }

  public LlmReply {
    texts = List.copyOf(texts);
    losses = Map.copyOf(losses);
  }

  /** A reply that lacks nothing, of one call. */
  public static LlmReply whole(
      String model, List<String> texts, long promptTokens, long completionTokens) {
    return new LlmReply(model, texts, false, Map.of(), null, 1, promptTokens, completionTokens, 0);
  }

  /** One reply of the completions that a request took; {@code fault} as of the reply. */
  static LlmReply of(
      LlmRequest request, List<Completion> parts, LlmException fault, int calls, long millis) {
    List<Choice> choices =
        parts.stream().flatMap(part -> part.choices().stream()).limit(request.n()).toList();
    List<String> whole = texts(choices, null);
    boolean cut = whole.isEmpty();
    List<String> texts = cut ? texts(choices, Loss.CUT) : whole;
    Map<Loss, Integer> losses = new EnumMap<>(Loss.class);
    for (Choice choice : choices) {
      if (choice.loss() != null && !(cut && choice.loss() == Loss.CUT)) {
        losses.merge(choice.loss(), 1, Integer::sum);
      }
    }
    if (choices.size() < request.n()) {
      losses.put(Loss.MISSING, request.n() - choices.size());
    }
    return new LlmReply(
        parts.stream().map(Completion::model).filter(m -> !m.isEmpty()).findFirst().orElse(""),
        texts,
        cut && !texts.isEmpty(),
        losses,
        fault,
        calls,
        parts.stream().mapToLong(Completion::promptTokens).sum(),
        parts.stream().mapToLong(Completion::completionTokens).sum(),
        millis);
  }

  private static List<String> texts(List<Choice> choices, Loss loss) {
    return choices.stream()
        .filter(c -> c.loss() == loss && !c.text().isEmpty())
        .map(Choice::text)
        .toList();
  }

  /** The reply with other texts in the place of its own. */
  public LlmReply map(UnaryOperator<String> change) {
    return new LlmReply(
        model,
        texts.stream().map(change).toList(),
        cut,
        losses,
        fault,
        calls,
        promptTokens,
        completionTokens,
        millis);
  }

  /**
   * The reply of the model that was asked since {@code other} had failed; all calls are counted.
   */
  public LlmReply insteadOf(String other, LlmException failure) {
    String told = "another model answers, since for %s %s".formatted(other, failure.getMessage());
    LlmException both =
        new LlmException(
            failure.kind(), fault == null ? told : told + "; " + fault.getMessage(), calls);
    return new LlmReply(
        model,
        texts,
        cut,
        losses,
        both,
        calls + failure.calls(),
        promptTokens,
        completionTokens,
        millis);
  }

  /** Lists what is wrong with the reply, with the remedy. */
  public List<String> complaints(int maxTokens) {
    List<String> complaints = new ArrayList<>();
    if (cut) {
      complaints.add(
          "none of the LLM's samples was finished within the task's maxTokens (%d)"
              .formatted(maxTokens));
    }
    new TreeMap<>(losses)
        .forEach((loss, count) -> complaints.add(loss.told.formatted(count, maxTokens)));
    if (fault != null) {
      complaints.add(fault.getMessage());
    }
    return complaints;
  }

  /** Without the texts, which may quote a user. */
  @Override
  public String toString() {
    return "LlmReply[%d texts, %d calls, %d+%d tokens, %d ms]"
        .formatted(texts.size(), calls, promptTokens, completionTokens, millis);
  }
}
