package io.hydra.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.runtime.option.OpsOptions;
import io.hydra.schemas.config.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServiceTest {
  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Runnable> signal = new CompletableFuture<>();
  private final CountDownLatch reached = new CountDownLatch(1);

  private CompletableFuture<Integer> start(Service.Body body) {
    CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    Threads.daemon(
            "service",
            () -> {
              try {
                exitCode.complete(Service.run("service", new OpsOptions(), body, signal::complete));
              } catch (Exception e) {
                exitCode.completeExceptionally(e);
              }
            })
        .start();
    return exitCode;
  }

  @Test
  void aSignalStopsDrainsClosesInReverseAndWaitsForAllOfIt() throws Exception {
    CompletableFuture<Integer> exitCode =
        start(
            service -> {
              service.onClose(() -> steps.add("close first"));
              service.onClose(() -> steps.add("close second"));
              service.onStop(() -> steps.add("stop"));
              service.ready();
              reached.countDown();
              service.awaitStop();
              steps.add(service.state().name());
            });
    reached.await();

    signal.get().run();

    assertThat(steps).containsExactly("stop", "STOPPING", "close second", "close first");
    assertThat(exitCode.get()).isZero();
  }

  @Test
  void aSignalWhileStartingInterrupts() throws Exception {
    CompletableFuture<Integer> exitCode =
        start(
            service -> {
              service.onClose(() -> steps.add("close"));
              reached.countDown();
              new CountDownLatch(1).await();
            });
    reached.await();

    signal.get().run();

    assertThat(exitCode.get()).isZero();
    assertThat(steps).containsExactly("close");
  }

  @Test
  void nothingIsReadyThatWasToldToEndMeanwhile() throws Exception {
    CompletableFuture<Integer> exitCode =
        start(
            service -> {
              reached.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException deaf) {
                steps.add("interrupted");
              }
              service.onStop(() -> steps.add("at once"));
              service.ready();
              steps.add("ready");
            });
    reached.await();

    signal.get().run();

    assertThat(exitCode.get()).isZero();
    assertThat(steps).containsExactly("interrupted", "at once");
  }

  @Test
  void aFailedPartEndsTheServiceWithCodeOne() throws Exception {
    CompletableFuture<Integer> exitCode =
        start(
            service -> {
              service.onStop(() -> steps.add("stop"));
              service.ready();
              service.fail();
              service.awaitStop();
            });

    assertThat(exitCode.get()).isEqualTo(1);
    assertThat(steps).containsExactly("stop");
  }

  @Test
  void whatWasOpenedIsClosedIfTheStartFails() {
    UserException failure = new UserException("no base");

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(
            () ->
                Service.run(
                    "service",
                    new OpsOptions(),
                    service -> {
                      service.onClose(() -> steps.add("close"));
                      throw failure;
                    },
                    signal::complete))
        .isSameAs(failure);
    assertThat(steps).containsExactly("close");
  }

  @Test
  void aTaskIsRepeatedOnItsThreadEvenAfterItFailedUntilTheEnd() throws Exception {
    List<Thread> ran = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Integer> exitCode =
        start(
            service -> {
              service.repeat(
                  "task",
                  Duration.ofMillis(1),
                  () -> {
                    ran.add(Thread.currentThread());
                    if (ran.size() == 3) {
                      reached.countDown();
                    }
                    throw new IllegalStateException("fails each time");
                  });
              service.awaitStop();
            });
    reached.await();
    signal.get().run();
    assertThat(exitCode.get()).isZero();
    assertThat(new HashSet<>(ran)).hasSize(1);
    ran.get(0).join();
  }
}
