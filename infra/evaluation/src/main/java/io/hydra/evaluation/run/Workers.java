package io.hydra.evaluation.run;

import io.hydra.runtime.failure.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Works on many users at once. */
public final class Workers {
  private Workers() {}

  /**
   * @param stage for progress
   * @return one result per input, in the inputs' order
   * @throws RuntimeException the first failure, as it was thrown; what was under way is stopped
   */
  public static <I, O> List<O> map(
      List<I> inputs, int threads, String stage, EvaluationProgress progress, Function<I, O> work) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    AtomicInteger done = new AtomicInteger();
    try {
      List<CompletableFuture<O>> results = new ArrayList<>();
      for (I input : inputs) {
        results.add(
            CompletableFuture.supplyAsync(
                () -> {
                  O result = work.apply(input);
                  progress.step(stage, done.incrementAndGet(), inputs.size());
                  return result;
                },
                workers));
      }
      return results.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw Failures.unwrap(e) instanceof RuntimeException failure ? failure : e;
    } finally {
      workers.shutdownNow();
    }
  }
}
