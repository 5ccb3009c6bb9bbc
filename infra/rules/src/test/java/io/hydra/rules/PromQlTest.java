package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void namesAreTakenFromWhereverTheyStand() {
    PromQl names =
        PromQl.of(
            """
            histogram_quantile(0.99, sum by (le, stage) (rate(a_bucket{stage="total"}[5m]))) > 1e3
              and on (group) b_rate
              unless on (group) max by (group) (changes(c{kind=~"x|y", topic!=""}[10m])) > 0
              or d offset 5m
            """);

    assertThat(names.metrics()).containsExactly("a_bucket", "b_rate", "c", "d");
    assertThat(names.labels()).containsExactly("group", "kind", "le", "stage", "topic");
  }
}
