package io.hydra.infra.bench.heads;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.bench.heads.HeadsReport.HeadSize;
import io.hydra.infra.bench.heads.HeadsReport.Line;
import io.hydra.infra.bench.heads.HeadsReport.Machine;
import io.hydra.infra.bench.heads.Meter.Timing;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadsReportTest {
  private static final Machine MACHINE = new Machine("A JVM 17", 2, 0.5);
  private static final Timing SLOW = new Timing(100, 1500, 20_000, 1600, 1200, 1300);
  private static final Timing PLAIN = new Timing(100, 0.05, 10, 6, 6, 7);

  private static final HeadsReport REPORT =
      new HeadsReport(
          2,
          MACHINE,
          MACHINE,
          List.of(
              Line.of("head update", "fit", SLOW, PLAIN).withCpuTarget(1000),
              Line.of("head update", "an event", SLOW, PLAIN).withCpuTarget(1200),
              Line.of("answer", "anew", SLOW, PLAIN).withP99Target(10_000),
              Line.ceiling("answer", "ceiling", PLAIN)),
          List.of(new HeadSize("LaMP_3", 512)));

  @Test
  void theTableIsAlignedAndSaysWhichTargetsAreMissed() {
    assertThat(REPORT.text())
        .isEqualTo(
            """
                           per s  p50 µs  p99 µs  mean µs  CPU µs  CPU p99  × ceiling                target
            head update
              fit            625   1,500  20,000    1,600   1,200    1,300        200   CPU ≤ 1,000: MISSED
              an event       625   1,500  20,000    1,600   1,200    1,300        200      CPU ≤ 1,200: met
            answer
              anew           625   1,500  20,000    1,600   1,200    1,300        200  p99 ≤ 10,000: MISSED
              ceiling    166,667  0.0500    10.0     6.00    6.00     7.00

            heads of a user  bytes  the paper's  × smaller  GB for 10⁶ users
            LaMP_3             512    4,737,040      9,252              0.51

            One thread. CPU: of this thread, mean. × ceiling: CPU against the plain loop's.
            A JVM 17, 2 processors, load 0.5 before and 0.5 after; 2.00 s a line after as much warm-up
            """);
  }
}
