package io.hydra.ingest.gateway.events;

import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Endpoint;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.schemas.avro.VerdictOutcome;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells what became of a verdict, by its event's id and its user. */
public record OutcomeEndpoint(Outcomes outcomes) implements Endpoint {
  @Override
  public CompletionStage<Reply> answer(Call call) {
    String user = call.query().get("user_id");
    if (user == null) {
      throw Refusal.invalid("user_id", "name the verdict's user in ?user_id=");
    }
    VerdictOutcome told =
        outcomes
            .find(call.key().tenant(), user, call.variables().get(0))
            .orElseThrow(this::unknown);
    return CompletableFuture.completedFuture(
        Reply.json(
            Reply.OK,
            Json.object()
                .put("event_id", told.getEventId())
                .put("query_id", told.getQueryId())
                .put("outcome", told.getOutcome().name().toLowerCase(Locale.ROOT))
                .put("reason", told.getReason())
                .put("decided_at", told.getDecidedAt().toString())));
  }

  private Refusal unknown() {
    return outcomes.areRead()
        ? Refusal.notFound(
            null,
            "no outcome of such a verdict was told within the hour, and since this gateway began:"
                + " ask again in a moment")
        : Refusal.unavailable(
            "outcomes are not read: the gateway's log says why; it needs the right to read"
                + " hydra.verdict-outcomes");
  }
}
