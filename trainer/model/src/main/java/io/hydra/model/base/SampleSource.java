package io.hydra.model.base;

import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where base training gets the LLM's samples from, if it may ask one at all. */
public interface SampleSource {
  /** Asks nobody: everything is learnt from the data alone. */
  SampleSource NONE = (task, messages) -> CompletableFuture.completedFuture(Optional.empty());

  /**
   * Asks without waiting for the answer; many may be under way at once.
   *
   * @return the task's number of samples as the LLM wrote them; empty if there are none to be had
   */
  CompletableFuture<Optional<List<String>>> sample(TaskSpec task, List<ChatMessage> messages);
}
