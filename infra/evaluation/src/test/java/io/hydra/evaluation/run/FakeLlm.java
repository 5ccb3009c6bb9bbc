package io.hydra.evaluation.run;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Answers with one of the examples' answers, drawn by a hash of the prompt; remembers all asks. */
public final class FakeLlm implements Llm {
  final ConcurrentLinkedQueue<LlmRequest> asked = new ConcurrentLinkedQueue<>();
  private final String withoutExamples;

  public FakeLlm(String withoutExamples) {
    this.withoutExamples = withoutExamples;
  }

  @Override
  public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    asked.add(request);
    List<String> answers =
        request.messages().stream()
            .filter(m -> m.role() == Role.ASSISTANT)
            .map(ChatMessage::content)
            .toList();
    Random random = new Random(request.messages().hashCode() + 31 * request.seed().orElse(0));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < request.n(); i++) {
      texts.add(answers.isEmpty() ? withoutExamples : answers.get(random.nextInt(answers.size())));
    }
    return CompletableFuture.completedFuture(LlmReply.whole("fake", texts, 10, 2));
  }

  @Override
  public void close() {}
}
