package io.hydra.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.FakeEndpoint.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A library's environment variable must not make a process log what is said. */
class NothingIsLoggedTest {
  private static final String ANSWER = "text 0";

  /** Asks once; run with the variables set. */
  public static final class Asks {
    private Asks() {}

    public static void main(String[] args) {
      try (Llm llm = BoundedLlm.open(args[0], "key-1", 1, Duration.ofMinutes(5), 0)) {
        try {
          System.out.println(llm.complete(Requests.request(1), Deadline.NONE).join());
        } catch (CompletionException e) {
          System.out.println(e.getCause().getMessage());
        }
      }
    }
  }

  @Test
  void neitherPromptNorAnswerNorKeyWhateverTheLibrarysVariablesSay()
      throws IOException, InterruptedException {
    try (FakeEndpoint endpoint = new FakeEndpoint()) {
      String said = run(endpoint.url());
      assertThat(said).contains("LlmReply[1 texts");
      endpoint.always(
          r -> Answer.error(400, "{\"error\":{\"message\":\"" + Requests.SECRET + "\"}}"));
      said += run(endpoint.url());
      assertThat(said).contains("answered 400");
      assertThat(endpoint.requests).hasSize(2);
      assertThat(endpoint.headers.get(0).getFirst("Authorization")).isEqualTo("Bearer key-1");
      assertThat(endpoint.headers.get(0).containsKey("OpenAI-Organization")).isFalse();
      assertThat(said).doesNotContain(Requests.SECRET, "colour?", ANSWER, "key-1");
    }
  }

  private static String run(String url) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Asks.class.getName(),
                    url))
            .redirectErrorStream(true);
    builder.environment().put("OPENAI_LOG", "debug");
    builder.environment().put("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
    builder.environment().put("OPENAI_API_KEY", "another");
    builder.environment().put("OPENAI_ORG_ID", "another");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return said;
  }
}
