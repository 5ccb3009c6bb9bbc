package io.hydra.llm;

import static io.hydra.llm.Requests.failure;
import static io.hydra.llm.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedLlmTest {
  @TempDir private Path folder;
  private final FakeLlm llm = new FakeLlm();

  private CachedLlm open(String namespace) {
    return new CachedLlm(llm, folder, namespace);
  }

  private static LlmRequest question(int i) {
    return request("q" + i, 2, OptionalLong.of(1));
  }

  @Test
  void aSecondRunAsksOnlyWhatTheFirstDidNot() {
    try (CachedLlm first = open("a")) {
      for (int i = 0; i < 100; i++) {
        assertThat(first.complete(question(i), Deadline.NONE).join())
            .isEqualTo(FakeLlm.replyTo(question(i)));
      }
      assertThat(first.misses()).isEqualTo(100);
    }
    llm.asked.clear();
    try (CachedLlm second = open("a")) {
      for (int i = 0; i < 103; i++) {
        assertThat(second.complete(question(i), Deadline.NONE).join())
            .isEqualTo(FakeLlm.replyTo(question(i)));
      }
      assertThat(second.hits()).isEqualTo(100);
      assertThat(second.misses()).isEqualTo(3);
    }
    assertThat(llm.asked).containsExactly(question(100), question(101), question(102));
  }

  @Test
  void whatWasJustKeptIsReadBackBeforeItIsWritten() {
    try (CachedLlm cached = open("a")) {
      cached.complete(question(1), Deadline.NONE).join();
      assertThat(cached.complete(question(1), Deadline.NONE).join())
          .isEqualTo(FakeLlm.replyTo(question(1)));
      assertThat(llm.asked).hasSize(1);
    }
  }

  @Test
  void anotherLlmNeverAnswersFromThisOnesReplies() {
    try (CachedLlm cached = open("a")) {
      cached.complete(question(1), Deadline.NONE).join();
    }
    try (CachedLlm cached = open("b")) {
      cached.complete(question(1), Deadline.NONE).join();
      assertThat(cached.misses()).isEqualTo(1);
      assertThat(cached.size()).isEqualTo(2);
    }
  }

  @Test
  void aFailedCallIsNotKept() {
    llm.answer(r -> CompletableFuture.failedFuture(new LlmException(Kind.UNAVAILABLE, "down")));
    try (CachedLlm cached = open("a")) {
      assertThat(failure(cached.complete(question(1), Deadline.NONE))).hasMessage("down");
      llm.answer(r -> CompletableFuture.completedFuture(FakeLlm.replyTo(r)));
      assertThat(cached.complete(question(1), Deadline.NONE).join())
          .isEqualTo(FakeLlm.replyTo(question(1)));
      assertThat(cached.size()).isEqualTo(1);
    }
  }

  @Test
  void aReplyThatCannotBeKeptFailsItsRequestAlone() {
    llm.answer(r -> CompletableFuture.completedFuture(null));
    try (CachedLlm cached = open("a")) {
      assertThat(failure(cached.complete(question(1), Deadline.NONE)))
          .isInstanceOf(NullPointerException.class);
      llm.answer(r -> CompletableFuture.completedFuture(FakeLlm.replyTo(r)));
      assertThat(cached.complete(question(1), Deadline.NONE)).isCompleted();
    }
  }

  @Test
  void aReplyThatLacksSamplesForAPassingFaultIsNotKeptSinceTheyWouldBeMissedForGood() {
    LlmException down = new LlmException(Kind.UNAVAILABLE, "down");
    llm.answer(
        r ->
            CompletableFuture.completedFuture(
                new LlmReply(
                    "m", List.of("a"), false, Map.of(Loss.MISSING, 1), down, 2, 11, 7, 5)));
    try (CachedLlm cached = open("a")) {
      assertThat(failure(cached.complete(question(1), Deadline.NONE))).isSameAs(down);
      assertThat(cached.size()).isZero();
    }
  }

  @Test
  void asksForTheSameAtTheSameTimeMakeOneCall() throws Exception {
    CompletableFuture<LlmReply> call = new CompletableFuture<>();
    llm.answer(r -> call);
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (CachedLlm cached = open("a")) {
      CountDownLatch together = new CountDownLatch(threads);
      List<Future<CompletableFuture<LlmReply>>> asks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        asks.add(
            pool.submit(
                () -> {
                  together.countDown();
                  together.await();
                  return cached.complete(question(1), Deadline.NONE);
                }));
      }
      List<CompletableFuture<LlmReply>> replies = new ArrayList<>();
      for (Future<CompletableFuture<LlmReply>> ask : asks) {
        replies.add(ask.get());
      }
      assertThat(replies).noneMatch(CompletableFuture::isDone);
      replies.get(0).cancel(true);
      call.complete(FakeLlm.replyTo(question(1)));
      assertThat(replies.subList(1, threads))
          .allSatisfy(r -> assertThat(r.join()).isEqualTo(FakeLlm.replyTo(question(1))));
      assertThat(llm.asked).hasSize(1);
      assertThat(cached.hits()).isEqualTo(threads - 1);
      assertThat(cached.misses()).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void manyThreadsOnFewQuestionsMakeOneCallEach() throws Exception {
    int threads = 8;
    int questions = 500;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (CachedLlm cached = open("a")) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        done.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < questions; i++) {
                    assertThat(cached.complete(question(i), Deadline.NONE).join())
                        .isEqualTo(FakeLlm.replyTo(question(i)));
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(llm.asked).hasSize(questions);
      assertThat(cached.hits() + cached.misses()).isEqualTo((long) threads * questions);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anInterruptedThreadDoesNotCloseTheFileForOthers() {
    try (CachedLlm cached = open("a")) {
      cached.complete(question(1), Deadline.NONE).join();
      Thread.currentThread().interrupt();
      cached.complete(question(1), Deadline.NONE).getNow(null);
      cached.complete(question(2), Deadline.NONE).getNow(null);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(cached.complete(question(2), Deadline.NONE).join())
          .isEqualTo(FakeLlm.replyTo(question(2)));
    }
  }

  @Test
  void aFolderInUseIsRefusedAndTheOtherLlmStaysOpen() {
    try (CachedLlm first = open("a")) {
      assertThatThrownBy(() -> open("b"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use by another run");
      assertThat(llm.closed).isFalse();
      first.complete(question(1), Deadline.NONE).join();
    }
    assertThat(llm.closed).isTrue();
    open("b").close();
  }

  @Test
  void aCacheThatWasClosedSaysSo() {
    CachedLlm cached = open("a");
    cached.close();
    assertThat(failure(cached.complete(question(1), Deadline.NONE)))
        .isInstanceOf(UserException.class);
  }
}
