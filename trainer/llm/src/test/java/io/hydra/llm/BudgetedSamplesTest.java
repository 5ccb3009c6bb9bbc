package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BudgetedSamplesTest {
  private static final TaskSpec NEWS = TaskCatalogue.shipped().find("LaMP_2N").orElseThrow();
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  private final FakeLlm llm = new FakeLlm();
  private final BudgetedSamples samples = new BudgetedSamples(llm, "small", 2, OptionalLong.of(7));

  private boolean sampled(TaskSpec task, String input) {
    return samples.sample(task, Prompt.plain(task, input).messages()).join().isPresent();
  }

  @Test
  void asksAsTheTaskSays() {
    assertThat(sampled(NEWS, "a")).isTrue();
    assertThat(llm.asked)
        .containsExactly(
            new LlmRequest(
                "small",
                Prompt.plain(NEWS, "a").messages(),
                NEWS.candidates(),
                NEWS.temperature(),
                NEWS.maxTokens(),
                OptionalLong.of(7)));
  }

  @Test
  void eachTaskHasItsOwnBudget() {
    assertThat(sampled(NEWS, "a")).isTrue();
    assertThat(sampled(NEWS, "b")).isTrue();
    assertThat(sampled(NEWS, "c")).isFalse();
    assertThat(sampled(STARS, "a")).isTrue();
    assertThat(llm.asked).hasSize(3);
  }

  @Test
  void aFailedCallIsAnItemWithoutSamplesAndSpendsBudget() {
    LlmException down = new LlmException(Kind.UNAVAILABLE, "down");
    llm.answer(request -> CompletableFuture.failedFuture(down));
    assertThat(sampled(NEWS, "a")).isFalse();
    llm.answer(request -> CompletableFuture.completedFuture(FakeLlm.replyTo(request)));
    assertThat(sampled(NEWS, "b")).isTrue();
    assertThat(sampled(NEWS, "c")).isFalse();
    assertThat(samples.failures()).isEqualTo(1);
    assertThat(samples.firstFailure()).containsSame(down);
  }

  @Test
  void aReplyWithoutTextIsAnItemWithoutSamplesThatIsTold() {
    llm.answer(
        request ->
            CompletableFuture.completedFuture(
                new LlmReply(
                    "m", List.of(), false, Map.of(Loss.REASONING, 8), null, 1, 10, 64, 5)));
    assertThat(sampled(NEWS, "a")).isFalse();
    assertThat(samples.firstFailure().orElseThrow()).hasMessageContaining("maxTokens");
  }

  @Test
  void manyMayBeUnderWayAtOnce() {
    CompletableFuture<LlmReply> first = new CompletableFuture<>();
    CompletableFuture<LlmReply> second = new CompletableFuture<>();
    llm.answer(request -> llm.asked.size() == 1 ? first : second);
    var early = samples.sample(NEWS, Prompt.plain(NEWS, "a").messages());
    var late = samples.sample(NEWS, Prompt.plain(NEWS, "b").messages());
    second.complete(LlmReply.whole("m", List.of("sports"), 1, 1));
    assertThat(early).isNotDone();
    assertThat(late.join()).hasValue(List.of("sports"));
    first.complete(LlmReply.whole("m", List.of("science"), 1, 1));
    assertThat(early.join()).hasValue(List.of("science"));
  }

  @Test
  void whatIsNoFailureOfTheLlmIsPassedOn() {
    IllegalStateException bug = new IllegalStateException("bug");
    llm.answer(request -> CompletableFuture.failedFuture(bug));
    assertThat(samples.sample(NEWS, Prompt.plain(NEWS, "a").messages())).isCompletedExceptionally();
    assertThat(samples.failures()).isZero();
  }
}
