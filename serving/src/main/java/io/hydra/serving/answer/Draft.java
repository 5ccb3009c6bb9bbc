package io.hydra.serving.answer;

import io.hydra.llm.LlmReply;
import io.hydra.model.RankedItem;
import io.hydra.model.ScoredCandidate;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.serving.time.StageClock;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A response in the making. Used by one thread at a time; ended once, by one of its last three. */
final class Draft {
  private final Response.Builder response = Response.newBuilder();
  private final List<String> degradations;
  private final StageClock stages;
  private final Clock clock;
  private int llmCalls;

  Draft(Question question, Clock clock) {
    Identifiers identifiers = Identifiers.of(question.query());
    this.stages = question.stages();
    this.clock = clock;
    this.degradations = new ArrayList<>(question.complaints());
    response
        .setQueryId(identifiers.queryId())
        .setTenant(identifiers.tenant())
        .setUserId(identifiers.userId())
        .setTask(identifiers.task());
  }

  /** The answer will lack something; {@code reason} says what, and the remedy. */
  void degrade(String reason) {
    degradations.add(reason);
  }

  void degrade(List<String> reasons) {
    degradations.addAll(reasons);
  }

  void finish(String stage) {
    stages.finish(stage);
  }

  void model(String baseVersion, long headVersion, long historyVersion) {
    response
        .setBaseVersion(baseVersion)
        .setHeadVersion(headVersion)
        .setHistoryVersion(historyVersion);
  }

  void items(List<RankedItem> items) {
    response.setItems(
        items.stream().map(i -> new UsedItem(i.item().eventId(), i.score())).toList());
  }

  void calls(int calls) {
    llmCalls = calls;
    response.setLlmCalls(calls);
  }

  /**
   * @param asked the model that was asked for, if the endpoint does not tell
   */
  void llm(LlmReply reply, String asked) {
    calls(reply.calls());
    response
        .setLlm(reply.model().isEmpty() ? asked : reply.model())
        .setPromptTokens(reply.promptTokens())
        .setCompletionTokens(reply.completionTokens());
  }

  /** Whether the LLM was asked, so that repeating the answer would cost. */
  boolean isPaid() {
    return llmCalls > 0;
  }

  Response chosen(String text, List<ScoredCandidate> candidates) {
    response.setCandidates(
        candidates.stream()
            .map(c -> new Candidate(c.text(), c.probability(), c.samples()))
            .toList());
    return answered(text);
  }

  Response answered(String text) {
    ResponseStatus status = degradations.isEmpty() ? ResponseStatus.OK : ResponseStatus.DEGRADED;
    return end(response.setText(text), status);
  }

  Response failed(ResponseStatus status, String reason) {
    degradations.add(0, reason);
    return end(response, status);
  }

  private Response end(Response.Builder ended, ResponseStatus status) {
    return ended
        .setStatus(status)
        .setReason(degradations.isEmpty() ? null : String.join("; ", degradations))
        .setTimings(stages.read().stream().map(s -> new StageTiming(s.name(), s.micros())).toList())
        .setAnsweredAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .build();
  }
}
