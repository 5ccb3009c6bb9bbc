package io.hydra.evaluation.report;

import io.hydra.evaluation.result.Answers;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What one method's answers cost: totals over the questions, means over the seeds.
 *
 * @param seconds spent waiting for the LLM
 */
record Cost(
    int questions, double llmCalls, double promptTokens, double completionTokens, double seconds) {
  static Cost of(int questions, List<Answers> seeds) {
    return new Cost(
        questions,
        mean(seeds, one -> one.usage().llmCalls()),
        mean(seeds, one -> one.usage().promptTokens()),
        mean(seeds, one -> one.usage().completionTokens()),
        mean(seeds, one -> one.usage().llmMillis()) / 1000);
  }

  private static double mean(List<Answers> seeds, ToLongFunction<Answers> figure) {
    return seeds.stream().mapToLong(figure).average().orElseThrow();
  }

  double llmCallsPerAnswer() {
    return llmCalls / questions;
  }

  double promptTokensPerAnswer() {
    return promptTokens / questions;
  }

  double completionTokensPerAnswer() {
    return completionTokens / questions;
  }

  double secondsPerAnswer() {
    return seconds / questions;
  }
}
