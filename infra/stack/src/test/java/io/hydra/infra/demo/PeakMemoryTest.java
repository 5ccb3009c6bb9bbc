package io.hydra.infra.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
  @Test
  void thePeakIsTheSumOverAllProcessesAndNeverFalls() throws Exception {
    assumeThat(Files.exists(Path.of("/proc/self/status"))).as("/proc").isTrue();
    AtomicLong others = new AtomicLong(100L << 20);
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (PeakMemory memory = new PeakMemory(others::get, scheduler, Duration.ofDays(1))) {
      // The scheduler's own first sample must not come between the two of this test.
      scheduler.submit(() -> {}).get();
      memory.sample();
      long both = memory.peakBytes().orElseThrow();
      others.set(0);
      memory.sample();
      assertThat(both).isGreaterThan(110L << 20);
      assertThat(memory.peakBytes().orElseThrow()).isEqualTo(both);
    } finally {
      scheduler.shutdownNow();
    }
  }
}
