package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrivacyTest {
  /** Of little loss, so that it has all the say. */
  private static Mixture mixture(float... delta) {
    return new Mixture(1, 1000, List.of(new Member(1, 0, delta)));
  }

  @Test
  void epsilonAndRhoAreEachOthersInverse() {
    for (double epsilon : new double[] {0.1, 1, 8, 500}) {
      assertThat(Privacy.epsilon(Privacy.rho(epsilon))).isCloseTo(epsilon, within(1e-9));
    }
    // By hand: 0.5 + 2 √(0.5 · ln 1e5)
    assertThat(Privacy.epsilon(0.5)).isCloseTo(5.298, within(1e-3));
    for (double none : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Privacy.rho(none));
    }
  }

  @Test
  void noDeltaIsLongerThanTheNoiseIsMadeFor() {
    assertThat(Privacy.clipped(mixture(30, 40), 2))
        .containsExactly(new double[] {0.6, 0.8}, within(1e-6));
    assertThat(Privacy.clipped(mixture(0.3f, 0.4f), 2))
        .containsExactly(new double[] {0.3, 0.4}, within(1e-6));
    assertThat(Privacy.clipped(mixture(0, 0), 2)).containsOnly(0);
    assertThat(Privacy.clipped(Mixture.NONE, 2)).containsOnly(0);
  }

  @Test
  void theNoiseHasTheDeviationThatItsCostAsksFor() {
    Privacy privacy = new Privacy(0.5);
    // Δ = 2, so ρ = 4 / 2σ² = 0.5
    assertThat(privacy.deviation()).isCloseTo(2, within(1e-12));
    double[] noisy = privacy.addNoise(new double[20_000], new Random(1));
    double squares = Arrays.stream(noisy).map(x -> x * x).average().orElseThrow();
    assertThat(Math.sqrt(squares)).isCloseTo(2, within(0.05));
    assertThat(new Privacy(Double.POSITIVE_INFINITY).addNoise(new double[] {0.3}, new Random(1)))
        .containsExactly(0.3);
  }

  @Test
  void whatTheNoiseHasDrownedIsNotBelieved() {
    double[] released = {0.6, 0.8};
    assertThat(new Privacy(Double.POSITIVE_INFINITY).shrink(released)).containsExactly(released);
    // σ² = 4, two features: 1 / (1 + 8)
    assertThat(new Privacy(0.5).shrink(released)[0]).isCloseTo(0.6 / 9, within(1e-12));
  }
}
