package io.hydra.trainer.llm;

import com.openai.core.JsonValue;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.hydra.model.prompt.ChatMessage;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which optional fields of a chat completion request an endpoint takes. Begins with all of them and
 * goes on without one that the endpoint refuses by name.
 *
 * @param seed takes a seed
 * @param choices gives more than one choice
 * @param maxTokens knows {@code max_tokens}, not its successor alone
 */
record Dialect(boolean seed, boolean choices, boolean maxTokens) {
  static final Dialect FULL = new Dialect(true, true, true);

  private static final Pattern SEED = named("seed");
  private static final Pattern CHOICES = named("n");
  private static final Pattern MAX_TOKENS = named("max_tokens");

  /** In quotes, or the one-letter name would be found in any sentence. */
  private static Pattern named(String field) {
    String quoted = "(?s).*[\"'`]" + field + "[\"'`].*";
    return Pattern.compile(
        field.length() == 1 ? quoted : quoted + "|(?s).*(?<!\\w)" + field + "(?!\\w).*");
  }

  /** What both take. */
  Dialect and(Dialect other) {
    return new Dialect(seed && other.seed, choices && other.choices, maxTokens && other.maxTokens);
  }

  /**
   * The rest of this dialect, if the endpoint refused a request in it for one field that can be
   * left out.
   *
   * @param sent what was refused
   */
  Optional<Dialect> after(OpenAIServiceException refusal, ChatRequest sent) {
    if (refusal.statusCode() != 400 && refusal.statusCode() != 422) {
      return Optional.empty();
    }
    Optional<String> field = refusal.param().filter(name -> !name.isBlank());
    String blamed = field.map(name -> "'" + name + "'").orElseGet(() -> said(refusal));
    if (seed && sent.seed().isPresent() && SEED.matcher(blamed).matches()) {
      return Optional.of(new Dialect(false, choices, maxTokens));
    }
    if (maxTokens && MAX_TOKENS.matcher(blamed).matches()) {
      return Optional.of(new Dialect(seed, choices, false));
    }
    if (choices && sent.n() > 1 && CHOICES.matcher(blamed).matches()) {
      return Optional.of(new Dialect(seed, false, maxTokens));
    }
    return Optional.empty();
  }

  /** The endpoint's words where OpenAI's form has them, or else its whole body. */
  private static String said(OpenAIServiceException refusal) {
    JsonValue body = refusal.body();
    Optional<Map<String, JsonValue>> fields = body.asObject();
    return fields.map(f -> f.get("message")).map(Object::toString).orElseGet(body::toString);
  }

  /**
   * A request in this dialect.
   *
   * @param n how many choices are wanted; one is asked for where the endpoint gives no more
   * @param seedShift added to the seed, so that asking again gives other texts
   */
  @SuppressWarnings("deprecation") // Many local servers know max_tokens alone.
  ChatCompletionCreateParams params(ChatRequest request, int n, int seedShift) {
    ChatCompletionCreateParams.Builder params =
        ChatCompletionCreateParams.builder()
            .model(request.model())
            .temperature(request.temperature());
    for (ChatMessage message : request.messages()) {
      switch (message.role()) {
        case SYSTEM -> params.addSystemMessage(message.content());
        case USER -> params.addUserMessage(message.content());
        case ASSISTANT -> params.addAssistantMessage(message.content());
      }
    }
    if (choices) {
      params.n(n);
    }
    if (seed && request.seed().isPresent()) {
      params.seed(request.seed().getAsLong() + seedShift);
    }
    return maxTokens
        ? params.maxTokens(request.maxTokens()).build()
        : params.maxCompletionTokens(request.maxTokens()).build();
  }
}
