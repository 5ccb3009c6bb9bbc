package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.AskingRule.Settings;
import io.hydra.model.Reading.Choice;
import io.hydra.model.base.WorthOfAsking;
import io.hydra.model.head.HeadMixture;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskingRuleTest {
  private static Certainty certainty(double probability) {
    return new Certainty(
        new Choice("a", List.of(), HeadMixture.weights(Mixture.NONE, 0), false), probability);
  }

  private static final Certainty SURE = certainty(0.97);
  private static final Certainty UNSURE = certainty(0.4);

  /** The head needs no help from 95 % on, for all that is known. */
  private static WorthOfAsking population() {
    WorthOfAsking worth = WorthOfAsking.UNKNOWN;
    for (int i = 0; i < 500; i++) {
      worth = worth.plus(0.97, 0).plus(0.4, i % 2);
    }
    return worth;
  }

  private static AskingRule rule(double explored) {
    return new AskingRule(population(), new Settings(0.01, explored, 0.95, 2), 1);
  }

  private static double share(AskingRule rule, Certainty certainty) {
    int asked = 0;
    for (int i = 0; i < 1000; i++) {
      asked += rule.asks(certainty) ? 1 : 0;
    }
    return asked / 1000.0;
  }

  @Test
  void aCertainHeadAsksOnlyToExplore() {
    assertThat(share(rule(0), SURE)).isZero();
    assertThat(share(rule(0.1), SURE)).isBetween(0.07, 0.13);
    assertThat(share(rule(0), UNSURE)).isEqualTo(1);
  }

  @Test
  void aHeadThatIsWrongMoreOftenThanItThoughtMustAskUntilItIsRightAgain() {
    AskingRule rule = rule(0);
    for (int i = 0; i < 5; i++) {
      rule.learn(SURE, false);
    }
    assertThat(rule.asks(SURE)).isTrue();
    for (int i = 0; i < 60; i++) {
      rule.learn(SURE, true);
    }
    assertThat(rule.asks(SURE)).isFalse();
  }

  @Test
  void whatAskingSavedThisUserCountsToo() {
    AskingRule rule = rule(0);
    for (int i = 0; i < 30; i++) {
      rule.compare(SURE, 1);
    }
    assertThat(rule.asks(SURE)).isTrue();
  }

  @Test
  void whereNothingIsKnownEveryQuestionIsAsked() {
    AskingRule rule = new AskingRule(WorthOfAsking.UNKNOWN, Settings.DEFAULT, 1);
    assertThat(share(rule, SURE)).isEqualTo(1);
  }
}
