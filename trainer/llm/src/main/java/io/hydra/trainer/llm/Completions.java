package io.hydra.trainer.llm;

import com.openai.core.JsonField;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.completions.CompletionUsage;
import java.util.List;
import java.util.Optional;

/** Reads no more of a chat completion than is needed, since servers leave fields out. */
final class Completions {
  private Completions() {}

  /**
   * What one call gave.
   *
   * @param texts may be empty
   */
  record Part(List<String> texts, int promptTokens, int completionTokens) {}

  static Part read(ChatCompletion completion, int most) {
    List<String> texts =
        known(completion._choices()).orElse(List.of()).stream()
            .limit(most)
            .flatMap(choice -> known(choice._message()).stream())
            .map(message -> known(message._content()).orElse(""))
            .toList();
    Optional<CompletionUsage> usage = known(completion._usage());
    return new Part(
        texts,
        tokens(usage.flatMap(u -> known(u._promptTokens()))),
        tokens(usage.flatMap(u -> known(u._completionTokens()))));
  }

  private static int tokens(Optional<Long> told) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, told.orElse(0L)));
  }

  private static <T> Optional<T> known(JsonField<T> field) {
    return field.asKnown();
  }
}
