package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  @Test
  void aKeyAsPastedIsStripped() {
    assertThat(OpenAiLlm.apiKey(Map.of("HYDRA_LLM_API_KEY", " sk-1\r\n"))).isEqualTo("sk-1");
  }

  @Test
  void withoutAKeyLocalServersAreSentAStandIn() {
    assertThat(OpenAiLlm.apiKey(Map.of())).isEqualTo("none");
    assertThat(OpenAiLlm.apiKey(Map.of("HYDRA_LLM_API_KEY", "\n"))).isEqualTo("none");
  }

  @Test
  void whatCannotBeAKeyIsRefusedByTheVariablesName() {
    for (String key :
        new String[] {"sk-\n1secret", "sk 1secret", "sk-1\u00e9secret", "sk\u00001"}) {
      assertThatThrownBy(() -> OpenAiLlm.apiKey(Map.of("HYDRA_LLM_API_KEY", key)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("HYDRA_LLM_API_KEY")
          .hasMessageNotContaining("secret");
    }
  }
}
