package io.hydra.ingest.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.events.EventIds;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import io.hydra.ingest.gateway.queries.Queries;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.user.EventRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * OpenAI's chat completions: a model {@code hydra/TASK} is a task, asked for the user whom the
 * request names. Everything else goes to the LLM, if it may.
 *
 * @param patience until a query's deadline
 * @param llm null if nothing is passed on
 */
public record ChatEndpoint(Queries queries, Clock clock, Duration patience, PassThrough llm)
    implements Endpoint {
  @Override
  public CompletionStage<Reply> answer(Call call) {
    JsonNode body = call.json();
    String model = ChatRequest.model(body);
    boolean named = ChatRequest.user(call, body).isPresent();
    if (ChatRequest.isTask(model) && named) {
      return ask(call, ChatRequest.read(call, body));
    }
    if (llm != null) {
      return ChatRequest.isTask(model) ? llm.sendToItsModel(call, body) : llm.send(call);
    }
    throw ChatRequest.isTask(model)
        ? Refusal.invalid(
            "user", "name the user in user, or in the header " + ChatRequest.USER_HEADER)
        : Refusal.notFound(
            "model",
            "a model is hydra/ and a task, as /v1/models lists them; others are not passed on"
                + " (--pass-through)");
  }

  private CompletionStage<Reply> ask(Call call, ChatRequest request) {
    if (!EventRules.isTaskId(request.task())) {
      throw Refusal.notFound("model", "no task can have that name: /v1/models lists them");
    }
    Query query =
        Query.newBuilder()
            .setQueryId("chatcmpl-" + EventIds.of(call).next(0, call.text()))
            .setTenant(call.key().tenant())
            .setUserId(request.user())
            .setTask(request.task())
            .setInput(request.input())
            .setDeadline(Instant.ofEpochMilli(clock.millis() + patience.toMillis()))
            .build();
    return queries.ask(call, query).thenApply(response -> reply(request, response));
  }

  private static Reply reply(ChatRequest request, Response response) {
    if (response.getStatus() == ResponseStatus.UNKNOWN_TASK) {
      throw Refusal.notFound("model", response.getReason());
    }
    Queries.requireAnswered(response);
    if (response.getText() == null) {
      throw Refusal.of(ProblemType.UPSTREAM_FAILED, "the response has no text");
    }
    return new ChatJson(request, response).reply();
  }
}
