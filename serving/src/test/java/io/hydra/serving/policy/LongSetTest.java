package io.hydra.serving.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongSetTest {
  @Test
  void itHoldsWhatAnySetHolds() {
    Random random = new Random(3);
    LongSet set = new LongSet();
    Set<Long> other = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      long number = random.nextInt(10_000) * 0x9E3779B97F4A7C15L;
      assertThat(set.add(number)).isEqualTo(other.add(number));
    }
  }
}
