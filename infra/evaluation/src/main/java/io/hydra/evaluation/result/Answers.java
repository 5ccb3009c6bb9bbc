package io.hydra.evaluation.result;

import java.util.List;

/**
 * What one method answered under one seed.
 *
 * @param texts one per question, in the questions' order; "" where there was no readable answer
 */
public record Answers(String method, long seed, List<String> texts, Usage usage) {
  public Answers {
    texts = List.copyOf(texts);
  }
}
