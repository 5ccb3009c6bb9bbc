package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorthOfAskingTest {
  private static WorthOfAsking many(WorthOfAsking worth, int n, double certainty, double saved) {
    WorthOfAsking more = worth;
    for (int i = 0; i < n; i++) {
      more = more.plus(certainty, saved);
    }
    return more;
  }

  @Test
  void whileNothingIsKnownNoCertaintyIsEnough() {
    assertThat(WorthOfAsking.UNKNOWN.enough(0.01)).isGreaterThan(1);
    // Five calls that saved nothing do not show that none would.
    assertThat(many(WorthOfAsking.UNKNOWN, 5, 0.99, 0).enough(0.01)).isGreaterThan(1);
  }

  @Test
  void certaintyIsEnoughWhereAskingSavedNothing() {
    WorthOfAsking worth = many(WorthOfAsking.UNKNOWN, 400, 0.97, 0);
    assertThat(worth.enough(0.01)).isEqualTo(0.95);
    assertThat(many(worth, 100, 0.52, 0.5).enough(0.01))
        .isGreaterThan(0.5)
        .isLessThanOrEqualTo(0.95);
  }

  @Test
  void whereAskingSavesMoreThanIsToleratedNoCertaintyIsEnough() {
    WorthOfAsking worth = many(many(WorthOfAsking.UNKNOWN, 300, 0.97, 0), 30, 0.99, 1);
    assertThat(worth.enough(0.01)).isGreaterThan(1);
    assertThat(worth.total()).isEqualTo(330);
  }
}
