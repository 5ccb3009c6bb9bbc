package io.hydra.serving.llm;

import com.openai.core.http.Headers;
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import io.hydra.serving.async.Failures;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Tells what is worth another attempt. Messages of the endpoint are not passed on. */
final class OpenAiFaults {
  private static final String NO_MONEY = "insufficient_quota";

  private final Clock clock;

  OpenAiFaults(Clock clock) {
    this.clock = clock;
  }

  /** The typed failure; what is unknown is returned as it is. */
  RuntimeException typed(Throwable error) {
    Throwable cause = Failures.unwrap(error);
    if (cause instanceof LlmException known) {
      return known;
    }
    if (cause instanceof OpenAIServiceException service) {
      return service(service);
    }
    if (cause instanceof OpenAIIoException io) {
      return io.getCause() instanceof InterruptedIOException
          ? new LlmException.Retriable("the LLM did not answer in time", io)
          : new LlmException.Retriable("the LLM endpoint cannot be reached", io);
    }
    if (cause instanceof OpenAIInvalidDataException) {
      return new LlmException.Retriable("the LLM's reply cannot be read", cause);
    }
    return cause instanceof RuntimeException unknown ? unknown : new IllegalStateException(cause);
  }

  private LlmException service(OpenAIServiceException e) {
    int status = e.statusCode();
    String told = "the LLM endpoint answered " + status;
    if (status == 429 && e.code().filter(NO_MONEY::equals).isPresent()) {
      return new LlmException.Fatal(told + ": the account's quota is spent", e);
    }
    if (status == 408 || status == 429 || status >= 500) {
      return new LlmException.Retriable(told, retryAfter(e.headers()).orElse(null), e);
    }
    return new LlmException.Fatal(told + remedy(status), e);
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401, 403 -> ": check HYDRA_LLM_API_KEY";
      case 404 -> ": check --llm-base-url and --llm-model";
      default -> "";
    };
  }

  private Optional<Duration> retryAfter(Headers headers) {
    return headers.values(RetryAfter.MILLIS_HEADER).stream()
        .findFirst()
        .flatMap(RetryAfter::parseMillis)
        .or(
            () ->
                headers.values(RetryAfter.HEADER).stream()
                    .findFirst()
                    .flatMap(value -> RetryAfter.parse(value, clock)));
  }
}
