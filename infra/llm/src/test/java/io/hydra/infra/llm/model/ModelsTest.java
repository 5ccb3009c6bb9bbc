package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.SimulatedModel.Models;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsTest {
  private final SimulatedModel plain = new SimulatedModel(Prior.learn(List.of()));
  private final SimulatedModel fold = new SimulatedModel(Prior.learn(List.of()));

  @Test
  void thePlainModelAloneAnswersToAnyName() {
    Models models = Models.named(Map.of("", plain));

    for (String name : List.of("hydra-simulated-llm", "gpt", "", "hydra-simulated-llm-0")) {
      assertThat(models.find(name).orElseThrow().id()).isEqualTo("hydra-simulated-llm");
    }
  }

  @Test
  void aNamedModelAnswersToItsNameLongAndShort() {
    Models models = Models.named(Map.of("", plain, "0", fold));

    assertThat(models.ids()).containsExactly("hydra-simulated-llm", "hydra-simulated-llm-0");
    for (String name : List.of("0", "hydra-simulated-llm-0")) {
      assertThat(models.find(name).orElseThrow().model()).isSameAs(fold);
    }
    assertThat(models.find("gpt").orElseThrow().model()).isSameAs(plain);
  }

  @Test
  void aSlipIsNotAnsweredWithAnotherPrior() {
    assertThat(Models.named(Map.of("", plain, "0", fold)).find("hydra-simulated-llm-1")).isEmpty();
    assertThat(Models.named(Map.of("0", fold)).find("gpt")).isEmpty();
    assertThat(Models.named(Map.of("0", fold)).find("hydra-simulated-llm")).isEmpty();
  }
}
