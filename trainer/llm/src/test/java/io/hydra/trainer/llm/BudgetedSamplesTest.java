package io.hydra.trainer.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.prompt.PromptBuilder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.trainer.llm.ChatException.Kind;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BudgetedSamplesTest {
  private static final TaskSpec NEWS = TaskCatalogue.shipped().find("LaMP_2N").orElseThrow();
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  private final FakeChat chat = new FakeChat();
  private final BudgetedSamples samples = new BudgetedSamples(chat, "small", 2, OptionalLong.of(7));

  private boolean sampled(TaskSpec task, String input) {
    return samples.sample(task, PromptBuilder.plain(task, input).messages()).join().isPresent();
  }

  @Test
  void asksAsTheTaskSays() {
    assertThat(sampled(NEWS, "a")).isTrue();
    assertThat(chat.asked)
        .containsExactly(
            new ChatRequest(
                "small",
                PromptBuilder.plain(NEWS, "a").messages(),
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
    assertThat(chat.asked).hasSize(3);
  }

  @Test
  void aFailedCallIsAnItemWithoutSamplesAndSpendsBudget() {
    ChatException down = new ChatException(Kind.UNAVAILABLE, "down");
    chat.answer(request -> CompletableFuture.failedFuture(down));
    assertThat(sampled(NEWS, "a")).isFalse();
    chat.answer(request -> CompletableFuture.completedFuture(FakeChat.replyTo(request)));
    assertThat(sampled(NEWS, "b")).isTrue();
    assertThat(sampled(NEWS, "c")).isFalse();
    assertThat(samples.failures()).isEqualTo(1);
    assertThat(samples.firstFailure()).containsSame(down);
  }

  @Test
  void manyMayBeUnderWayAtOnce() {
    CompletableFuture<ChatReply> first = new CompletableFuture<>();
    CompletableFuture<ChatReply> second = new CompletableFuture<>();
    chat.answer(request -> chat.asked.size() == 1 ? first : second);
    var early = samples.sample(NEWS, PromptBuilder.plain(NEWS, "a").messages());
    var late = samples.sample(NEWS, PromptBuilder.plain(NEWS, "b").messages());
    second.complete(new ChatReply(List.of("sports"), 1, 1, 1));
    assertThat(early).isNotDone();
    assertThat(late.join()).hasValue(List.of("sports"));
    first.complete(new ChatReply(List.of("science"), 1, 1, 1));
    assertThat(early.join()).hasValue(List.of("science"));
  }

  @Test
  void whatIsNoFailureOfTheLlmIsPassedOn() {
    IllegalStateException bug = new IllegalStateException("bug");
    chat.answer(request -> CompletableFuture.failedFuture(bug));
    assertThat(samples.sample(NEWS, PromptBuilder.plain(NEWS, "a").messages()))
        .isCompletedExceptionally();
    assertThat(samples.failures()).isZero();
  }
}
