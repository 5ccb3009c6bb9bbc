package io.hydra.serving.answer;

import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.trace.Tracing;

/**
 * The span of asking the LLM, retries included, by OpenTelemetry's semantic conventions for
 * generative AI. It never holds a message or a text.
 */
final class ChatSpan {
  private ChatSpan() {}

  static Tracing.Span begin(Tracing.Span parent, LlmRequest request) {
    return parent
        .call("chat " + request.model())
        .set("gen_ai.operation.name", "chat")
        // The dialect that is spoken, whoever answers.
        .set("gen_ai.provider.name", "openai")
        .set("gen_ai.request.model", request.model())
        .set("gen_ai.request.choice.count", request.n())
        .set("gen_ai.request.max_tokens", request.maxTokens())
        .set("gen_ai.request.temperature", request.temperature());
  }

  /**
   * @param reply null if there is none
   * @param error null if there is a reply
   */
  static void end(Tracing.Span span, LlmReply reply, Throwable error) {
    if (error != null) {
      Throwable cause = Failures.unwrap(error);
      span.fail(
          cause instanceof LlmException failure
              ? failure.kind().name()
              : cause.getClass().getSimpleName());
    } else {
      span.set("gen_ai.response.model", reply.model())
          .set("gen_ai.usage.input_tokens", reply.promptTokens())
          .set("gen_ai.usage.output_tokens", reply.completionTokens());
    }
    span.end();
  }
}
