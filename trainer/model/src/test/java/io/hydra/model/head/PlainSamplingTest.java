package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.head.Example.Origin;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ten options; the population is sure of one that it takes from the user's history. */
class PlainSamplingTest {
  private static final int OPTIONS = 10;
  private static final double[] POPULATION = population();
  private static final int WITHIN = 30;

  private final Random random = new Random(7);
  private final List<Example> examples = new ArrayList<>();

  private static double[] population() {
    double[] population = new double[1 + OPTIONS];
    population[0] = 5;
    return population;
  }

  /** The first feature says what the history suggests, the others which option it is. */
  private static double[][] features(int suggested) {
    double[][] features = new double[OPTIONS][1 + OPTIONS];
    for (int c = 0; c < OPTIONS; c++) {
      features[c][0] = c == suggested ? 1 : 0;
      features[c][1 + c] = 1;
    }
    return features;
  }

  private static Example example(int wanted, int suggested, int sampled) {
    double[] target = new double[OPTIONS];
    double[] shares = new double[OPTIONS];
    target[wanted] = 1;
    shares[sampled] += 0.75;
    shares[(sampled + 1) % OPTIONS] += 0.25;
    return Example.of(features(suggested), POPULATION, target)
        .withPlain(new OfOneOption(shares, sampled, wanted));
  }

  /** Its answer is the option sampled most, and only the wanted one has a quality. */
  private record OfOneOption(double[] shares, int sampled, int wanted) implements Example.Plain {
    @Override
    public double gain(double[] belief) {
      int best = 0;
      for (int c = 1; c < belief.length; c++) {
        best = belief[c] > belief[best] ? c : best;
      }
      return (best == wanted ? 1 : 0) - (sampled == wanted ? 1 : 0);
    }
  }

  private int any() {
    return random.nextInt(OPTIONS);
  }

  private boolean fallsBack() {
    return HeadFitter.fit(examples, POPULATION, FitSettings.DEFAULT).fallsBack();
  }

  private void teachThatTheLlmKnows() {
    for (int e = 0; e < WITHIN; e++) {
      int wanted = any();
      examples.add(example(wanted, any(), wanted));
    }
  }

  @Test
  void whomTheLlmKnowsBetterIsServedPlainlyAndFindsTheWayBack() {
    teachThatTheLlmKnows();
    assertThat(fallsBack()).isTrue();
    for (int e = 0; e < WITHIN; e++) {
      int wanted = any();
      examples.add(example(wanted, wanted, any()));
    }
    assertThat(fallsBack()).isFalse();
  }

  @Test
  void whoWritesByChanceIsServedPlainlyAsARule() {
    int served = 0;
    for (int e = 0; e < 2 * WITHIN; e++) {
      examples.add(example(any(), any(), any()));
      served += e >= WITHIN && fallsBack() ? 1 : 0;
    }
    assertThat(served).isGreaterThan(2 * WITHIN / 3);
  }

  @Test
  void whoIsKnownByTheirHistoryNeverIs() {
    for (int e = 0; e < 64; e++) {
      int wanted = any();
      examples.add(example(wanted, wanted, e % 3 == 0 ? any() : wanted));
      assertThat(fallsBack()).isFalse();
    }
  }

  @Test
  void whoHasATasteOfTheirOwnSoonIsNotThoughThePopulationIsMoreWrongThanWhoKnowsNothing() {
    int served = 0;
    for (int e = 0; e < WITHIN; e++) {
      int suggested = any();
      examples.add(example(3, suggested == 3 ? 4 : suggested, 5));
      served += fallsBack() ? 1 : 0;
    }
    assertThat(served).isLessThan(3);
  }

  @Test
  void yesAndNoAndWhatWasNeverAskedSayNothingOfIt() {
    teachThatTheLlmKnows();
    examples.replaceAll(example -> example.asVerdict(1, Origin.ANSWER));
    assertThat(fallsBack()).isFalse();
    examples.replaceAll(example -> example.asVerdict(1, Origin.WRITTEN).withPlain(null));
    assertThat(fallsBack()).isFalse();
  }

  @Test
  void aMixtureOfAnotherSizeNeverFallsBack() {
    teachThatTheLlmKnows();
    Mixture own = HeadFitter.fit(examples, POPULATION, FitSettings.DEFAULT);
    assertThat(HeadMixture.fallsBack(own, POPULATION.length)).isTrue();
    assertThat(HeadMixture.fallsBack(own, POPULATION.length + 1)).isFalse();
  }

  @Test
  void trustGrowsWithWhatTheSamplesForesaw() {
    PlainSampling plain = new PlainSampling();
    double[] nothing = new double[OPTIONS];
    Arrays.fill(nothing, 1.0 / OPTIONS);
    assertThat(plain.trust()).isEqualTo(0.5);
    for (int e = 0; e < 60; e++) {
      // Three samples of four say what the user wants half of the time.
      plain.add(example(e % 2 == 0 ? 1 : 7, 0, 1), nothing, 1);
    }
    assertThat(plain.trust()).isBetween(0.4, 0.65);
  }
}
