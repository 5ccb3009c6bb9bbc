package io.hydra.infra.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
  private final List<Double> asked = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(doubles = {20_000, 45_000, 69_000, 71_000, 93_000, 110_000})
  void comesCloseFromBelow(double limit) throws InterruptedException {
    double found = search(100_000, 6, limit);
    assertThat(found).isLessThanOrEqualTo(limit).isGreaterThan(0.85 * limit);
  }

  @Test
  void beginsAtSeventyPercentOfTheBacklogsRate() throws InterruptedException {
    double unused = search(100_000, 3, 85_000);
    assertThat(asked).containsExactly(70_000.0, 100_000.0, 85_000.0);
  }

  @Test
  void sustainsNothingIfNoRateHolds() throws InterruptedException {
    assertThat(search(100_000, 5, 1)).isZero();
    assertThat(asked).hasSize(5).allMatch(rate -> rate >= 10_000);
  }

  private double search(double drained, int trials, double limit) throws InterruptedException {
    return RateSearch.greatest(
        drained,
        trials,
        rate -> {
          asked.add(rate);
          return rate <= limit;
        });
  }
}
