package io.hydra.trainer.base;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.hydra.model.base.SampleSource;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks an OpenAI-compatible endpoint until a budget of calls is used up. A call that fails, after
 * the client's own retries, is one item without samples; it must not cost the work done so far. Not
 * thread-safe.
 */
public final class LlmSampleSource implements SampleSource, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final OpenAIClient client;
  private final String model;
  private int callsLeft;
  private int failures;

  /**
   * @param budget calls at most; one call asks for all of a task's samples
   */
  public LlmSampleSource(String baseUrl, String apiKey, String model, int budget) {
    this.client =
        OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey(apiKey).timeout(TIMEOUT).build();
    this.model = model;
    this.callsLeft = budget;
  }

  /** Calls that failed so far. */
  public int failures() {
    return failures;
  }

  @Override
  @SuppressWarnings("deprecation") // Many local servers know max_tokens alone.
  public Optional<List<String>> sample(TaskSpec task, List<ChatMessage> messages) {
    if (callsLeft <= 0) {
      return Optional.empty();
    }
    callsLeft--;
    ChatCompletionCreateParams.Builder params =
        ChatCompletionCreateParams.builder()
            .model(model)
            .n(task.candidates())
            .temperature(task.temperature())
            .maxTokens(task.maxTokens());
    for (ChatMessage message : messages) {
      switch (message.role()) {
        case SYSTEM -> params.addSystemMessage(message.content());
        case USER -> params.addUserMessage(message.content());
        case ASSISTANT -> params.addAssistantMessage(message.content());
      }
    }
    try {
      ChatCompletion reply = client.chat().completions().create(params.build());
      return Optional.of(
          reply.choices().stream().map(c -> c.message().content().orElse("")).toList());
    } catch (OpenAIException e) {
      failures++;
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
