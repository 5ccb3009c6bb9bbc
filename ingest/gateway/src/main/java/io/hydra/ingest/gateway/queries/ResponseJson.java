package io.hydra.ingest.gateway.queries;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.HeadShare;
import io.hydra.schemas.avro.PriorWeight;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.avro.UsedItem;

/** A response in JSON, its names those of the Avro schema. */
public final class ResponseJson {
  private ResponseJson() {}

  /** All of it. */
  public static ObjectNode of(Response response) {
    ObjectNode json = Json.object();
    json.put("query_id", response.getQueryId());
    json.put("user_id", response.getUserId());
    json.put("task", response.getTask());
    json.put("text", response.getText());
    json.setAll(explanation(response));
    json.put("answered_at", response.getAnsweredAt().toString());
    return json;
  }

  /** How the answer came about: what was chosen from, by what, at what cost. */
  public static ObjectNode explanation(Response response) {
    ObjectNode json = Json.object();
    json.put("status", response.getStatus().name());
    json.put("reason", response.getReason());
    ArrayNode candidates = json.putArray("candidates");
    for (Candidate candidate : response.getCandidates()) {
      candidates
          .addObject()
          .put("text", candidate.getText())
          .put("score", candidate.getScore())
          .put("samples", candidate.getSamples())
          .put("population", candidate.getPopulation());
    }
    ArrayNode items = json.putArray("items");
    for (UsedItem item : response.getItems()) {
      items.addObject().put("event_id", item.getEventId()).put("score", item.getScore());
    }
    json.put("history_version", response.getHistoryVersion());
    json.put("base_version", response.getBaseVersion());
    json.put("head_version", response.getHeadVersion());
    json.set("head", head(response.getHead()));
    json.put("llm", response.getLlm());
    json.put("llm_calls", response.getLlmCalls());
    json.put("prompt_tokens", response.getPromptTokens());
    json.put("completion_tokens", response.getCompletionTokens());
    ArrayNode timings = json.putArray("timings");
    for (StageTiming timing : response.getTimings()) {
      timings.addObject().put("stage", timing.getStage()).put("micros", timing.getMicros());
    }
    return json;
  }

  private static ObjectNode head(HeadShare head) {
    if (head == null) {
      return null;
    }
    ObjectNode json = Json.object();
    json.put("examples", head.getExamples());
    json.put("verdicts", head.getVerdicts());
    json.put("population_weight", head.getPopulationWeight());
    ArrayNode priors = json.putArray("priors");
    for (PriorWeight prior : head.getPriors()) {
      priors.addObject().put("precision", prior.getPrecision()).put("weight", prior.getWeight());
    }
    return json;
  }
}
