package io.hydra.ingest.gateway.queries;

import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Endpoint;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.UserKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives the response to a query that this gateway has asked within the hour. */
public record ResponsesEndpoint(Asked asked) implements Endpoint {
  @Override
  public CompletionStage<Reply> answer(Call call) {
    String queryId = call.variables().get(0);
    String userId = call.query().get("user_id");
    if (userId == null) {
      userId =
          asked
              .owner(call.key().tenant(), queryId)
              .orElseThrow(ResponsesEndpoint::unknown)
              .userId();
    }
    CompletableFuture<Response> response =
        asked.response(user(call, userId), queryId).orElseThrow(ResponsesEndpoint::unknown);
    return response.isDone()
        ? response.thenApply(answer -> QueriesEndpoint.reply(call, answer))
        : CompletableFuture.completedFuture(QueriesEndpoint.pending(userId, queryId));
  }

  private static UserKey user(Call call, String userId) {
    try {
      return new UserKey(call.key().tenant(), userId);
    } catch (IllegalArgumentException e) {
      throw Refusal.of(ProblemType.INVALID, e.getMessage());
    }
  }

  private static Refusal unknown() {
    return Refusal.notFound(
        null,
        "this gateway knows no such query of the last hour: ask again under the same query_id, and"
            + " the recorded response comes");
  }
}
