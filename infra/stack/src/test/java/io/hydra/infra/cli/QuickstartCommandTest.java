package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.QuickstartCommand.Snippet;
import io.hydra.infra.stack.Endpoints;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuickstartCommandTest {
  private static final Endpoints ENDPOINTS =
      new Endpoints("b:1", "http://r", null, "http://g", null, List.of(), null, null, null);

  private static String curl(List<String> options) {
    return Snippet.CURL.text(ENDPOINTS, "key", "tone", options);
  }

  @Test
  void theUsersOutputsAreOfTheTask() {
    assertThat(curl(List.of("1", "2", "3", "4", "5")))
        .contains(
            "\"task\": \"tone\"", "\"output\": \"2\"", "\"text\": \"4\"", "http://g/v1/events")
        .contains("\"input\": \"The strings went dull", "\"content\": \"Stays in tune");
    assertThat(curl(List.of("food", "health", "sport")))
        .contains("\"output\": \"food\"", "\"text\": \"sport\"")
        .contains("\"input\": \"All about food\"", "\"content\": \"All about sport\"");
    assertThat(curl(List.of("don't")))
        .as("within a shell's quotes")
        .contains("\"output\": \"don\\u0027t\"");
    assertThat(Snippet.PYTHON.text(ENDPOINTS, "key", "tone", List.of("don't")))
        .contains("\"content\": \"All about don\\u0027t\"");
    assertThat(curl(List.of())).contains("\"output\": \"Dull soon\"").doesNotContain("@");
  }
}
