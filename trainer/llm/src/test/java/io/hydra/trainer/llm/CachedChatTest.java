package io.hydra.trainer.llm;

import static io.hydra.trainer.llm.Chats.failure;
import static io.hydra.trainer.llm.Chats.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.trainer.llm.ChatException.Kind;
import io.hydra.trainer.llm.store.KeyedLogException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedChatTest {
  @TempDir private Path folder;
  private final FakeChat llm = new FakeChat();

  private CachedChat open(String namespace) {
    return new CachedChat(llm, folder, namespace);
  }

  private static ChatRequest question(int i) {
    return request("q" + i, 2, OptionalLong.of(1));
  }

  @Test
  void aSecondRunAsksOnlyWhatTheFirstDidNot() {
    try (CachedChat first = open("a")) {
      for (int i = 0; i < 100; i++) {
        assertThat(first.ask(question(i)).join()).isEqualTo(FakeChat.replyTo(question(i)));
      }
      assertThat(first.misses()).isEqualTo(100);
    }
    llm.asked.clear();
    try (CachedChat second = open("a")) {
      for (int i = 0; i < 103; i++) {
        assertThat(second.ask(question(i)).join()).isEqualTo(FakeChat.replyTo(question(i)));
      }
      assertThat(second.hits()).isEqualTo(100);
      assertThat(second.misses()).isEqualTo(3);
      assertThat(second.progress()).isEqualTo(new CallProgress(3, 0, 100));
    }
    assertThat(llm.asked).containsExactly(question(100), question(101), question(102));
  }

  @Test
  void whatWasJustKeptIsReadBackBeforeItIsWritten() {
    try (CachedChat chat = open("a")) {
      chat.ask(question(1)).join();
      assertThat(chat.ask(question(1)).join()).isEqualTo(FakeChat.replyTo(question(1)));
      assertThat(llm.asked).hasSize(1);
    }
  }

  @Test
  void anotherLlmNeverAnswersFromThisOnesReplies() {
    try (CachedChat chat = open("a")) {
      chat.ask(question(1)).join();
    }
    try (CachedChat chat = open("b")) {
      chat.ask(question(1)).join();
      assertThat(chat.misses()).isEqualTo(1);
      assertThat(chat.size()).isEqualTo(2);
    }
  }

  @Test
  void aFailedCallIsNotKept() {
    llm.answer(r -> CompletableFuture.failedFuture(new ChatException(Kind.UNAVAILABLE, "down")));
    try (CachedChat chat = open("a")) {
      assertThat(failure(chat.ask(question(1)))).hasMessage("down");
      assertThat(chat.progress()).isEqualTo(new CallProgress(0, 1, 0));
      llm.answer(r -> CompletableFuture.completedFuture(FakeChat.replyTo(r)));
      assertThat(chat.ask(question(1)).join()).isEqualTo(FakeChat.replyTo(question(1)));
      assertThat(chat.size()).isEqualTo(1);
    }
  }

  @Test
  void asksForTheSameAtTheSameTimeMakeOneCall() throws Exception {
    CompletableFuture<ChatReply> call = new CompletableFuture<>();
    llm.answer(r -> call);
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (CachedChat chat = open("a")) {
      CountDownLatch together = new CountDownLatch(threads);
      List<Future<CompletableFuture<ChatReply>>> asks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        asks.add(
            pool.submit(
                () -> {
                  together.countDown();
                  together.await();
                  return chat.ask(question(1));
                }));
      }
      List<CompletableFuture<ChatReply>> replies = new ArrayList<>();
      for (Future<CompletableFuture<ChatReply>> ask : asks) {
        replies.add(ask.get());
      }
      assertThat(replies).noneMatch(CompletableFuture::isDone);
      replies.get(0).cancel(true);
      call.complete(FakeChat.replyTo(question(1)));
      assertThat(replies.subList(1, threads))
          .allSatisfy(r -> assertThat(r.join()).isEqualTo(FakeChat.replyTo(question(1))));
      assertThat(llm.asked).hasSize(1);
      assertThat(chat.hits()).isEqualTo(threads - 1);
      assertThat(chat.misses()).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void manyThreadsOnFewQuestionsMakeOneCallEach() throws Exception {
    int threads = 8;
    int questions = 500;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (CachedChat chat = open("a")) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        done.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < questions; i++) {
                    assertThat(chat.ask(question(i)).join())
                        .isEqualTo(FakeChat.replyTo(question(i)));
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(llm.asked).hasSize(questions);
      assertThat(chat.hits() + chat.misses()).isEqualTo((long) threads * questions);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anInterruptedThreadDoesNotCloseTheFileForOthers() {
    try (CachedChat chat = open("a")) {
      chat.ask(question(1)).join();
      Thread.currentThread().interrupt();
      chat.ask(question(1)).getNow(null);
      chat.ask(question(2)).getNow(null);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(chat.ask(question(2)).join()).isEqualTo(FakeChat.replyTo(question(2)));
    }
  }

  @Test
  void aFolderInUseIsRefusedAndTheOtherChatStaysOpen() {
    try (CachedChat first = open("a")) {
      assertThatThrownBy(() -> open("b"))
          .isInstanceOf(KeyedLogException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use by another run");
      assertThat(llm.closed).isFalse();
      first.ask(question(1)).join();
    }
    assertThat(llm.closed).isTrue();
    open("b").close();
  }

  @Test
  void aChatThatWasClosedSaysSo() {
    CachedChat chat = open("a");
    chat.close();
    assertThat(failure(chat.ask(question(1)))).isInstanceOf(KeyedLogException.class);
  }
}
