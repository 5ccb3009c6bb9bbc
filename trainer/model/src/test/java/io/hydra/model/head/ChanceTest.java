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
  void aVerdictCostsTheLogOfTwoWhateverItSays() {
    Chance chance = new Chance();
    chance.add(ACCEPTED, 9, 1);
    chance.add(ACCEPTED, 9, 1);
    chance.add(REJECTED, 9, 1);
    double loss = 3 * Math.log(2);
    assertThat(chance.orHonest(100)).isCloseTo(loss, within(1e-9));
    assertThat(chance.share(100)).isCloseTo(1, within(1e-9));
    assertThat(chance.orHonest(loss)).isCloseTo(loss - Math.log(2), within(1e-9));
    assertThat(chance.share(loss)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void whatIsWrittenIsNoChance() {
    Chance chance = new Chance();
    Example written = Example.of(OPTIONS, new double[1], new double[] {1, 0});
    chance.add(written, 0.7, 0.9);
    chance.add(written, 0.4, 0.9);
    double honest = 0.9 * 0.7 + 0.4;
    assertThat(chance.orHonest(honest)).isEqualTo(honest);
    assertThat(chance.share(honest)).isZero();
  }
}
