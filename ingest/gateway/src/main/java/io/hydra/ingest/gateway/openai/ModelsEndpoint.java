package io.hydra.ingest.gateway.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists the tasks as models, or shows one. */
public final class ModelsEndpoint implements Endpoint {
  private final List<String> models;

  public ModelsEndpoint(List<String> tasks) {
    models = tasks.stream().map(task -> ChatRequest.TASK_PREFIX + task).toList();
  }

  @Override
  public CompletionStage<Reply> answer(Call call) {
    if (!call.variables().isEmpty()) {
      String wanted = call.variables().get(0);
      if (!models.contains(wanted)) {
        throw Refusal.notFound("model", "there is no such model: /v1/models lists them");
      }
      return CompletableFuture.completedFuture(Reply.json(Reply.OK, model(wanted)));
    }
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    models.forEach(model -> data.add(model(model)));
    return CompletableFuture.completedFuture(Reply.json(Reply.OK, list));
  }

  private static ObjectNode model(String id) {
    return Json.object()
        .put("id", id)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "hydra");
  }
}
