package io.hydra.serving.llm;

import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.core.JsonField;
import com.openai.core.RequestOptions;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionUsage;
import io.hydra.model.prompt.ChatMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** An {@link LlmClient} for any endpoint that speaks OpenAI's chat completions. */
public final class OpenAiLlmClient implements LlmClient, AutoCloseable {
  private final OpenAIClientAsync client;
  private final OpenAiOptions options;
  private final OpenAiFaults faults;

  public OpenAiLlmClient(OpenAiOptions options, Clock clock) {
    this.options = options;
    this.faults = new OpenAiFaults(clock);
    // OkHttp's own bound is 64 calls at once.
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(options.maxConcurrent());
    dispatcher.setMaxRequestsPerHost(options.maxConcurrent());
    this.client =
        OpenAIOkHttpClientAsync.builder()
            .okHttpClient(new OkHttpClient.Builder().dispatcher(dispatcher).build())
            .baseUrl(options.baseUrl())
            .apiKey(options.apiKey())
            .maxRetries(0)
            .build();
  }

  @Override
  public CompletableFuture<LlmReply> complete(LlmRequest request, Duration timeout) {
    RequestOptions perCall = RequestOptions.builder().timeout(timeout).build();
    return client
        .chat()
        .completions()
        .create(params(request), perCall)
        .handle(
            (completion, error) -> {
              if (error != null) {
                throw faults.typed(error);
              }
              return reply(request, completion);
            });
  }

  @SuppressWarnings("deprecation") // max_tokens: see OpenAiOptions.TokenLimit.
  private ChatCompletionCreateParams params(LlmRequest request) {
    ChatCompletionCreateParams.Builder params =
        ChatCompletionCreateParams.builder()
            .model(options.model())
            .n(request.n())
            .temperature(request.temperature());
    for (ChatMessage message : request.messages()) {
      switch (message.role()) {
        case SYSTEM -> params.addSystemMessage(message.content());
        case USER -> params.addUserMessage(message.content());
        case ASSISTANT -> params.addAssistantMessage(message.content());
      }
    }
    return switch (options.tokenLimit()) {
      case MAX_TOKENS -> params.maxTokens(request.maxTokens()).build();
      case MAX_COMPLETION_TOKENS -> params.maxCompletionTokens(request.maxTokens()).build();
    };
  }

  /** Reads no more than is needed, since servers leave fields out that the standard requires. */
  private LlmReply reply(LlmRequest request, ChatCompletion completion) {
    List<String> texts =
        known(completion._choices()).orElse(List.of()).stream()
            .limit(request.n())
            .map(choice -> known(choice._message()).flatMap(m -> known(m._content())).orElse(""))
            .toList();
    if (texts.stream().allMatch(String::isBlank)) {
      throw new LlmException.Retriable("the LLM's reply holds no text", null);
    }
    Optional<CompletionUsage> usage = known(completion._usage());
    return new LlmReply(
        known(completion._model()).orElse(options.model()),
        texts,
        usage.flatMap(u -> known(u._promptTokens())).orElse(0L),
        usage.flatMap(u -> known(u._completionTokens())).orElse(0L));
  }

  private static <T> Optional<T> known(JsonField<T> field) {
    return field.asKnown();
  }

  @Override
  public void close() {
    client.close();
  }
}
