package io.hydra.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Definition ANSWERS =
      Definition.counter("hydra_test_answers_total", "answers", "Answers of `x`.", "status");
  private static final Definition TIME =
      Definition.seconds("hydra_test_time_seconds", "Time of `x`.", "stage");
  private static final Definition WAITING = Definition.gauge("hydra_test_waiting", "x", "Waiting.");

  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void everyKindHasTheDefinedNameAndItsMeaningAsHelp() {
    metrics.counters(ANSWERS).of("OK").increment(2);
    metrics.timers(TIME).of("llm").record(Duration.ofMillis(40));
    metrics.gauge(WAITING, () -> 7);

    assertThat(metrics.scrape())
        .contains("# HELP hydra_test_answers_total Answers of x.")
        .contains("# TYPE hydra_test_answers_total counter")
        .contains("hydra_test_answers_total{status=\"OK\"} 2.0")
        .contains("# TYPE hydra_test_time_seconds histogram")
        .contains("hydra_test_time_seconds_bucket{stage=\"llm\",le=\"0.03\"} 0")
        .contains("hydra_test_time_seconds_bucket{stage=\"llm\",le=\"0.05\"} 1")
        .contains("hydra_test_time_seconds_count{stage=\"llm\"} 1")
        .contains("hydra_test_waiting 7.0");
    assertThat(metrics.own()).containsEntry("hydra_test_answers{status=OK}.count", 2.0);
  }

  @Test
  void aFamilyLooksUpWhatItHasAndIsBounded() {
    Family<Counter> answers = metrics.counters(ANSWERS);
    assertThat(answers.of("OK")).isSameAs(answers.of("OK"));
    for (int i = 0; i < 1_000; i++) {
      answers.of("value " + i).increment();
    }
    assertThat(answers.of(Family.OTHER).count()).isEqualTo(901);
  }

  @Test
  void aCountKeptElsewhereGoesOnAfterAGarbageCollection() {
    AtomicLong handled = new AtomicLong(3);
    metrics.count(ANSWERS, () -> handled.get(), "OK");
    assertThat(metrics.scrape()).contains("hydra_test_answers_total{status=\"OK\"} 3.0");
    System.gc();
    handled.set(5);
    assertThat(metrics.scrape()).contains("hydra_test_answers_total{status=\"OK\"} 5.0");
  }

  @Test
  void labelsAreThoseOfTheDefinition() {
    assertThatIllegalArgumentException().isThrownBy(() -> metrics.counter(ANSWERS));
  }
}
