package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.head.Example.Origin;
import org.junit.jupiter.api.Test;

class ChanceTest {
  private static final double[][] OPTIONS = {{1}, {0}};
  private static final Example REJECTED = Example.ofRejection(OPTIONS, new double[1], 0);
  private static final Example ACCEPTED =
      Example.of(OPTIONS, new double[1], new double[] {1, 0}).asVerdict(1, Origin.ANSWER);

  @Test
  void itCostsTheLogOfHowOftenTheUserAcceptsButAtLeastHalf() {
    Chance chance = new Chance(1);
    chance.add(ACCEPTED, 9, 1);
    chance.add(ACCEPTED, 9, 1);
    chance.add(REJECTED, 9, 1);
    double loss = -Math.log(1 / 2.0) - Math.log(2 / 3.0) - Math.log(1 / 4.0);
    assertThat(chance.orHonest(100)).isCloseTo(loss + Math.log(2), within(1e-9));
    Chance always = new Chance(1);
    for (int i = 0; i < 8; i++) {
      always.add(REJECTED, 9, 1);
    }
    assertThat(always.orHonest(100)).isCloseTo(9 * Math.log(2), within(1e-9));
  }

  @Test
  void whatIsWrittenIsNoChance() {
    Chance chance = new Chance(0.9);
    Example written = Example.of(OPTIONS, new double[1], new double[] {1, 0});
    chance.add(written, 0.7, 0.9);
    chance.add(written, 0.4, 0.9);
    double honest = 0.9 * 0.7 + 0.4;
    assertThat(chance.orHonest(honest)).isCloseTo(honest, within(1e-12));
  }
}
