package io.hydra.infra.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProbePollerTest {
  private final Set<Long> arrived = ConcurrentHashMap.newKeySet();

  private ProbePoller<Long> poller() {
    return new ProbePoller<>(
        probes -> probes.stream().map(arrived::contains).toList(), probe -> probe);
  }

  @Test
  void probesAreSeenOnceTheyArriveAndOthersAreCounted() throws InterruptedException {
    try (ProbePoller<Long> poller = poller()) {
      long sent = System.nanoTime();
      poller.start();
      poller.add(sent);
      poller.add(sent + 1);
      arrived.add(sent);
      ProbePoller.Result<Long> result = poller.finish(Duration.ofMillis(50));
      assertThat(result.seen()).extracting(ProbePoller.Seen::probe).containsExactly(sent);
      assertThat(result.latency(probe -> true).max()).isPositive();
      assertThat(result.latency(probe -> probe != sent).count()).isZero();
      assertThat(result.unseen()).isEqualTo(1);
    }
  }

  @Test
  void itEndsAsSoonAsAllAreSeen() throws InterruptedException {
    CountDownLatch looked = new CountDownLatch(1);
    try (ProbePoller<Long> poller =
        new ProbePoller<>(
            probes -> {
              looked.countDown();
              return probes.stream().map(probe -> true).toList();
            },
            probe -> probe)) {
      poller.add(System.nanoTime());
      poller.start();
      looked.await();
      assertThat(poller.finish(Duration.ofDays(1)).unseen()).isZero();
    }
  }

  @Test
  void aFailureIsTheResults() throws InterruptedException {
    try (ProbePoller<Long> poller =
        new ProbePoller<>(
            probes -> {
              throw new IllegalStateException("away");
            },
            probe -> probe)) {
      poller.add(1L);
      poller.start();
      assertThatIllegalStateException().isThrownBy(() -> poller.finish(Duration.ofDays(1)));
    }
  }
}
