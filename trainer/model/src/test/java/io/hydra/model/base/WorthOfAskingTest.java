package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.feature.Samples;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import org.junit.jupiter.api.Test;

class WorthOfAskingTest {
  private static WorthOfAsking many(WorthOfAsking worth, int n, double lead, double saved) {
    WorthOfAsking more = worth;
    for (int i = 0; i < n; i++) {
      more = more.plus(lead, saved);
    }
    return more;
  }

  @Test
  void whileNothingIsKnownNoLeadIsEnough() {
    assertThat(WorthOfAsking.UNKNOWN.enough(0.01)).isGreaterThan(1);
    // Five calls that saved nothing do not show that none would.
    assertThat(many(WorthOfAsking.UNKNOWN, 5, 0.99, 0).enough(0.01)).isGreaterThan(1);
  }

  @Test
  void aLeadIsEnoughWhereAskingSavesLessThanItsPrice() {
    WorthOfAsking worth = many(WorthOfAsking.UNKNOWN, 400, 0.97, 0);
    assertThat(worth.enough(0.01)).isEqualTo(0.95);
    WorthOfAsking dear = many(worth, 400, 0.52, 0.02);
    assertThat(dear.enough(0.01)).isEqualTo(0.95);
    assertThat(dear.enough(0.03)).isEqualTo(0.5);
    // What asking saves elsewhere does not pay for questions that are worth it.
    assertThat(many(worth, 100, 0.52, 0.015).enough(0.01)).isEqualTo(0.95);
  }

  @Test
  void anErrorOfStarsThatSamplesTakeBackCountsWithItsWholeSquare() {
    TaskSpec stars = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
    double[] one = {1, 0, 0, 0, 0};
    double[] five = {0, 0, 0, 0, 1};
    WorthOfAsking worth = WorthOfAsking.UNKNOWN.plus(stars, one, five, Samples.MISSING);
    assertThat(worth.saved()[19]).as("four stars too few: 4 + 4\u00b2").isEqualTo(20);
    double[] doubted = {0.1, 0, 0, 0, 0.9};
    assertThat(worth.plus(stars, one, doubted, Samples.MISSING).saved()[19])
        .as("as the beliefs with samples weigh it: 5 stars are best, 20 saved or 20 lost")
        .isEqualTo(20 + 0.9 * 20 - 0.1 * 20);
    assertThat(worth.plus(stars, one, one, Samples.MISSING).saved()[19]).isEqualTo(20);
  }

  @Test
  void whereAskingSavesMoreNoLeadIsEnough() {
    assertThat(many(WorthOfAsking.UNKNOWN, 300, 0.97, 0.02).enough(0.01)).isGreaterThan(1);
    assertThat(many(WorthOfAsking.UNKNOWN, 300, 0.97, 0).enough(0)).isGreaterThan(1);
  }
}
