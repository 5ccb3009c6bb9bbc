package io.hydra.infra.bench.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.infra.bench.heads.Meter.Timing;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterTest {
  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong cpu = new AtomicLong();

  private double work(long wallMicros, long cpuMicros) {
    clock.addAndGet(1000 * wallMicros);
    cpu.addAndGet(1000 * cpuMicros);
    return 1;
  }

  @Test
  void measuresForAsLongAsTheBudgetAfterAWarmUpAsLong() {
    Meter meter = new Meter(clock::get, cpu::get, 1_000_000);
    Timing timing = meter.time(1, () -> 10L, wall -> work(wall, 4));
    assertThat(timing).isEqualTo(new Timing(100, 10, 10, 10, 4, 4));
    assertThat(meter.sink()).isEqualTo(200);
  }

  @Test
  void whatPreparesARunIsNotMeasured() {
    Meter meter = new Meter(clock::get, cpu::get, 100_000);
    Timing timing = meter.time(1, () -> work(500, 500), prepared -> work(10, 10));
    assertThat(timing.p99()).isEqualTo(10);
    assertThat(timing.cpuP99()).isEqualTo(10);
  }

  @Test
  void slowOperationsRunAFewTimesAnyway() {
    Meter meter = new Meter(clock::get, cpu::get, 1);
    assertThat(meter.time(() -> work(1000, 1000)).runs()).isEqualTo(10);
  }

  @Test
  void oneRunMayHoldManyOperations() {
    Meter meter = new Meter(clock::get, cpu::get, 1);
    Timing timing = meter.time(64, () -> 0, nothing -> work(640, 320));
    assertThat(timing.mean()).isEqualTo(10);
    assertThat(timing.cpu()).isEqualTo(5);
    assertThat(timing.perSecond()).isCloseTo(100_000, within(1e-6));
  }

  @Test
  void percentilesAreOfTheRuns() {
    long[] wall = new long[200];
    for (int i = 0; i < wall.length; i++) {
      wall[i] = 1000L * (200 - i);
    }
    Timing timing = Timing.of(wall, wall, 1);
    assertThat(timing.p50()).isEqualTo(100);
    assertThat(timing.p99()).isEqualTo(198);
    assertThat(timing.mean()).isEqualTo(100.5);
  }
}
