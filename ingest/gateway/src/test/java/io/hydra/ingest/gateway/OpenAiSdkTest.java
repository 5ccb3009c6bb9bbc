package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client for Java, with another base URL and key. */
class OpenAiSdkTest {
  @TempDir Path dir;
  private TestGateway gateway;
  private OpenAIClient client;

  @BeforeEach
  void open() {
    gateway = new TestGateway(dir);
    client = client(TestGateway.KEY);
  }

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(gateway.address("/v1").toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder()
        .model("hydra/LaMP_3")
        .user("ann")
        .addSystemMessage("Be brief.")
        .addUserMessage("Stays in tune, feels cheap.");
  }

  @Test
  void completesAChat() {
    ChatCompletion completion = client.chat().completions().create(chat().build());
    assertThat(completion.choices().get(0).message().content()).hasValue("Good strings.");
    assertThat(completion.choices().get(0).finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(120);
    assertThat(completion._additionalProperties()).containsKey("hydra");
    assertThat(gateway.backend.queries.get(0).getInput()).isEqualTo("Stays in tune, feels cheap.");
  }

  @Test
  void streamsAChat() {
    StringBuilder text = new StringBuilder();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat().build())) {
      stream.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .flatMap(choice -> choice.delta().content().stream())
          .forEach(text::append);
    }
    assertThat(text).hasToString("Good strings.");
  }

  @Test
  void listsModels() {
    List<String> ids = client.models().list().data().stream().map(Model::id).toList();
    assertThat(ids).containsExactly("hydra/LaMP_3", "hydra/LaMP_5");
    assertThat(client.models().retrieve("hydra/LaMP_5").id()).isEqualTo("hydra/LaMP_5");
  }

  @Test
  void knowsOurRefusals() {
    OpenAIClient stranger = client("wrong");
    assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    stranger.close();
    assertThatThrownBy(() -> client.chat().completions().create(chat().model("gpt-4o").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("hydra/");
    assertThatThrownBy(() -> client.chat().completions().create(chat().n(2).build()))
        .isInstanceOf(BadRequestException.class);
  }
}
