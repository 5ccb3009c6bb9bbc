package io.hydra.llm;

import io.hydra.llm.LlmReply.Loss;
import io.hydra.llm.Outcome.Choice;
import io.hydra.llm.Outcome.Completion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Makes one reply of the completions that a request took. */
final class Samples {
  private Samples() {}

  /**
   * @param fault why samples are missing; null if the endpoint gave what it gives
   */
  static LlmReply reply(
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
}
