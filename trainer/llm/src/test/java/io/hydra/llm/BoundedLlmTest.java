package io.hydra.llm;

import static io.hydra.llm.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.LlmException.Kind;
import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedLlmTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ManualTime time = new ManualTime();
  private final FakeLlm llm = new FakeLlm();
  private final List<CompletableFuture<LlmReply>> calls = new ArrayList<>();
  private final BoundedLlm bounded = new BoundedLlm(llm, 2, PATIENCE, time, () -> {});

  BoundedLlmTest() {
    llm.answer(
        r -> {
          CompletableFuture<LlmReply> call = new CompletableFuture<>();
          calls.add(call);
          return call;
        });
  }

  private CompletableFuture<LlmReply> ask(String text) {
    return bounded.complete(request(text, 1, OptionalLong.empty()), Deadline.NONE);
  }

  @Test
  void soManyAreUnderWayAndTheRestHasItsTurnInOrder() {
    CompletableFuture<LlmReply> first = ask("a");
    CompletableFuture<LlmReply> unused = ask("b");
    CompletableFuture<LlmReply> third = ask("c");
    assertThat(llm.asked).hasSize(2);
    calls.get(0).complete(FakeLlm.replyTo(request(1)));
    assertThat(first).isCompleted();
    assertThat(llm.asked).hasSize(3);
    assertThat(llm.asked.get(2).messages().get(3).content()).isEqualTo("c");
    calls.get(2).completeExceptionally(new LlmException(Kind.UNAVAILABLE, "down"));
    assertThat(Requests.refusal(third)).hasMessage("down");
  }

  @Test
  void aRequestsTimeBeginsWhenItsTurnComes() {
    CompletableFuture<LlmReply> unused = ask("a");
    CompletableFuture<LlmReply> unusedToo = ask("b");
    CompletableFuture<LlmReply> queued = ask("c");
    time.advance(Duration.ofHours(1));
    calls.get(0).complete(FakeLlm.replyTo(request(1)));
    assertThat(llm.deadlines.get(2).at()).isEqualTo(time.instant().plus(PATIENCE));
    assertThat(queued).isNotDone();
  }

  @Test
  void whatWasCancelledInTheQueueIsNotAsked() {
    CompletableFuture<LlmReply> unused = ask("a");
    CompletableFuture<LlmReply> unusedToo = ask("b");
    ask("c").cancel(false);
    CompletableFuture<LlmReply> fourth = ask("d");
    calls.get(0).complete(FakeLlm.replyTo(request(1)));
    assertThat(llm.asked).hasSize(3);
    assertThat(llm.asked.get(2).messages().get(3).content()).isEqualTo("d");
    assertThat(fourth).isNotDone();
  }

  @Test
  void aDelegateThatThrowsKeepsNoTurn() {
    IllegalStateException defect = new IllegalStateException("defect");
    llm.answer(
        r -> {
          throw defect;
        });
    for (int i = 0; i < 3; i++) {
      assertThat(Requests.failure(ask("a"))).isSameAs(defect);
    }
    llm.answer(r -> CompletableFuture.completedFuture(FakeLlm.replyTo(r)));
    assertThat(ask("b")).isCompleted();
  }

  @Test
  void closingGivesUpWhatIsQueued() {
    CompletableFuture<LlmReply> unused = ask("a");
    CompletableFuture<LlmReply> unusedToo = ask("b");
    CompletableFuture<LlmReply> queued = ask("c");
    bounded.close();
    assertThat(Requests.refusal(queued).kind()).isEqualTo(Kind.CLOSED);
    assertThat(Requests.refusal(ask("d")).kind()).isEqualTo(Kind.CLOSED);
    assertThat(llm.closed).isTrue();
  }

  @Test
  void manyCallsThatEndAtOnceDoNotStandOnEachOther() {
    CompletableFuture<LlmReply> first = ask("a");
    CompletableFuture<LlmReply> second = ask("b");
    llm.answer(r -> CompletableFuture.completedFuture(FakeLlm.replyTo(r)));
    List<CompletableFuture<LlmReply>> waiting =
        IntStream.range(0, 100_000).mapToObj(i -> ask("c")).toList();
    calls.get(0).complete(FakeLlm.replyTo(request(1)));
    assertThat(first).isCompleted();
    assertThat(waiting).allMatch(reply -> !reply.isCompletedExceptionally() && reply.isDone());
    assertThat(second).isNotDone();
  }
}
