package io.hydra.infra.llm.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.infra.llm.model.Models;
import io.hydra.infra.llm.prompt.Message;
import io.hydra.infra.llm.text.Words;
import java.util.ArrayList;
import java.util.List;

/** An answer in OpenAI's form, with its token counts (see {@link Words#tokenCount}). */
record Completion(String model, List<Choice> choices, int promptTokens, int completionTokens) {
  record Choice(String text, boolean complete) {}

  static Completion of(String model, List<Message> messages, List<String> answers, int maxTokens) {
    List<Choice> choices = new ArrayList<>();
    int completionTokens = 0;
    for (String answer : answers) {
      String text = Words.firstTokens(answer, maxTokens);
      choices.add(new Choice(text, text.length() == answer.length()));
      completionTokens += Words.tokenCount(text);
    }
    int promptTokens = messages.stream().mapToInt(m -> Words.tokenCount(m.content())).sum();
    return new Completion(model, choices, promptTokens, completionTokens);
  }

  ObjectNode toJson(String id, long createdSeconds) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("id", id).put("object", "chat.completion").put("created", createdSeconds);
    body.put("model", model);
    ArrayNode array = body.putArray("choices");
    for (int i = 0; i < choices.size(); i++) {
      ObjectNode choice = array.addObject().put("index", i);
      choice
          .putObject("message")
          .put("role", "assistant")
          .put("content", choices.get(i).text())
          .putNull("refusal");
      choice
          .putNull("logprobs")
          .put("finish_reason", choices.get(i).complete() ? "stop" : "length");
    }
    body.putObject("usage")
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
    return body.put("system_fingerprint", Models.PLAIN);
  }
}
