package io.hydra.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnThreadsTest {
  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final OwnThreads executor = new OwnThreads(pool);

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  @Test
  void whatAnotherThreadBringsRunsOnThePool() {
    Thread here = Thread.currentThread();
    assertThat(CompletableFuture.supplyAsync(Thread::currentThread, executor).join())
        .isNotSameAs(here);
  }

  @Test
  void whatOneOfItsThreadsBringsRunsThereBeforeItGoesOn() {
    List<String> order = new ArrayList<>();
    Runnable outer =
        () -> {
          Thread own = Thread.currentThread();
          executor.execute(() -> order.add(own == Thread.currentThread() ? "here" : "elsewhere"));
          order.add("after");
        };
    CompletableFuture.runAsync(outer, executor).join();
    assertThat(order).containsExactly("here", "after");
  }
}
