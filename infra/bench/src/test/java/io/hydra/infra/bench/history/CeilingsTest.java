package io.hydra.infra.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.bench.BenchMain;
import org.junit.jupiter.api.Test;

class CeilingsTest {
  @Test
  void theProgramThatIsStartedByNameIsThisModulesOwn() {
    assertThat(Ceilings.MAIN).isEqualTo(BenchMain.class.getName());
  }
}
