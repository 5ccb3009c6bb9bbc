package io.hydra.infra.lag;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.lag.services.Figures;
import io.hydra.infra.lag.services.Figures.Counter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A day of gains and of saved calls. */
class WorthHistoryTest {
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

  private final WorthHistory history = new WorthHistory();

  private static Instant at(int minute) {
    return START.plusSeconds(60L * minute);
  }

  private void tell(int minute, double gain, double unasked) {
    history.add(
        at(minute),
        new Figures(
            Map.of(
                "hydra_serving_unasked_total",
                Map.of("", new Counter(0, unasked)),
                "hydra_serving_queries_total",
                Map.of("OK", new Counter(0, 4.0), "LLM_FAILED", new Counter(0, 9.0))),
            Map.of(
                "hydra_trainer_gain_mean",
                Map.of("all LaMP_3", gain, "no LaMP_3", -1.0),
                "hydra_trainer_gain_low",
                Map.of("all LaMP_3", gain - 0.5),
                "hydra_trainer_gain_high",
                Map.of("all LaMP_3", gain + 0.5)),
            Map.of()));
  }

  @Test
  void aQuarterOfAnHourHoldsItsLatestValue() {
    tell(0, 0.25, 1);
    tell(14, 0.5, 3);
    tell(30, 1, 2);

    WorthHistory.Day day = history.of(at(31));
    assertThat(day.gains()).containsOnlyKeys("LaMP_3");
    assertThat(day.gains().get("LaMP_3")).containsOnlyKeys("mean", "low", "high");
    assertThat(tail(day.gains().get("LaMP_3").get("mean"))).containsExactly(0.5f, null, 1f);
    assertThat(tail(day.gains().get("LaMP_3").get("low"))).containsExactly(0f, null, 0.5f);
    assertThat(tail(day.unasked())).containsExactly(0.75f, null, 0.5f);
  }

  private static List<Float> tail(List<Float> all) {
    assertThat(all).hasSize(96);
    return all.subList(93, 96);
  }

  @Test
  void whereNothingWasAnsweredNoShareIsKnown() {
    history.add(at(0), new Figures(Map.of(), Map.of(), Map.of()));
    assertThat(history.of(at(0)).gains()).isEmpty();
    assertThat(history.of(at(0)).unasked()).containsOnlyNulls();
  }

  @Test
  void aDayIsKeptAndTheTasksOfThatDayAlone() {
    tell(0, 0.25, 1);
    tell(24 * 60 + 14, 0.5, 1);
    List<Float> mean = history.of(at(24 * 60 + 14)).gains().get("LaMP_3").get("mean");
    assertThat(mean.get(95)).isEqualTo(0.5f);
    assertThat(mean.subList(0, 95)).containsOnlyNulls();

    history.add(at(3 * 24 * 60), new Figures(Map.of(), Map.of(), Map.of()));
    assertThat(history.of(at(3 * 24 * 60)).gains()).isEmpty();
  }
}
