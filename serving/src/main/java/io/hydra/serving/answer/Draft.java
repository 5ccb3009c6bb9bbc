package io.hydra.serving.answer;

import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.prompt.Prompt;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.store.UserState;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds one response: what it was made from, and what it lacks, with the remedy. Used by one
 * thread at a time; ended once, by {@link #choose}, {@link #answer} or {@link #fail}.
 */
final class Draft {
  private final Response.Builder response = Response.newBuilder();
  private final Question question;
  private final List<String> degradations;
  private final StageClock stages;
  private final Clock clock;
  private int llmCalls;

  Draft(Question question, Clock clock) {
    Question.Identifiers identifiers = question.identifiers();
    this.question = question;
    this.stages = question.stages();
    this.clock = clock;
    this.degradations = new ArrayList<>(question.route().complaints());
    response
        .setQueryId(identifiers.queryId())
        .setTenant(identifiers.tenant())
        .setUserId(identifiers.userId())
        .setTask(identifiers.task());
  }

  Question question() {
    return question;
  }

  void finish(String stage) {
    stages.finish(stage);
  }

  /** Notes the user's state that the answer is made from. */
  void note(UserState state, String baseVersion) {
    Heads heads = state.heads();
    long version = state.history().version();
    response
        .setBaseVersion(baseVersion)
        .setHeadVersion(heads.historyVersion())
        .setHistoryVersion(version);
    degradations.addAll(state.faults());
    Long wanted = question.query().getMinHistoryVersion();
    if (wanted != null && version < wanted) {
      degradations.add("the history has version %d, %d was asked for".formatted(version, wanted));
    }
    if (state.faults().isEmpty()
        && !state.history().items().isEmpty()
        && heads.historyVersion() == 0) {
      degradations.add("the user has no head for this base yet, the population head answers");
    }
  }

  /**
   * Notes the items that are used. A few odd outputs are life; where most are, the user is answered
   * almost as a stranger.
   */
  void note(Reading reading, List<RankedItem> items) {
    response.setItems(
        items.stream().map(i -> new UsedItem(i.item().eventId(), i.score())).toList());
    if (2 * reading.unreadable() > reading.items()) {
      degradations.add(
          "%d of %d past outputs are none of the task's options, they teach nothing"
              .formatted(reading.unreadable(), reading.items()));
    }
  }

  /**
   * Notes a query that did not fit. Items are examples, and long ones are always shortened: that
   * alone degrades nothing.
   */
  void note(Prompt prompt) {
    if (prompt.queryCut() > 0) {
      int length = question.query().getInput().length();
      degradations.add(
          "the LLM was shown %d of the query's %d characters%s; shorten the query"
              .formatted(
                  length - prompt.queryCut(),
                  length,
                  prompt.itemsCut() == 0
                      ? ""
                      : ", and %d history items in part".formatted(prompt.itemsCut())));
    }
  }

  /**
   * Notes what the LLM gave.
   *
   * @param asked the model that was asked for, if the endpoint does not tell
   */
  void note(LlmReply reply, String asked, int maxTokens) {
    note(reply.calls());
    response
        .setLlm(reply.model().isEmpty() ? asked : reply.model())
        .setPromptTokens(reply.promptTokens())
        .setCompletionTokens(reply.completionTokens());
    degradations.addAll(reply.complaints(maxTokens));
  }

  /** Notes that the LLM gave nothing. */
  void note(LlmException failure) {
    note(failure.calls());
  }

  private void note(int calls) {
    llmCalls = calls;
    response.setLlmCalls(calls);
  }

  /**
   * Notes the samples that are left for the adapter.
   *
   * @param wanted how many were asked for
   * @param said how many the LLM gave
   * @param readable how many of these are an answer to the task
   */
  void noteSamples(int wanted, int said, int readable) {
    if (said < wanted) {
      degradations.add("the LLM gave %d of %d samples".formatted(said, wanted));
    }
    if (readable < said) {
      degradations.add(
          "%d of the LLM's %d samples are not an answer to the task"
              .formatted(said - readable, said));
    }
  }

  void noteNoOption() {
    degradations.add("the LLM's answer is none of the task's options");
  }

  /** Tells whether the LLM was asked, so that repeating the answer would cost. */
  boolean isPaid() {
    return llmCalls > 0;
  }

  Response choose(Choice choice) {
    response.setCandidates(
        choice.candidates().stream()
            .map(c -> new Candidate(c.text(), c.probability(), c.samples()))
            .toList());
    return answer(choice.text());
  }

  Response answer(String text) {
    ResponseStatus status = degradations.isEmpty() ? ResponseStatus.OK : ResponseStatus.DEGRADED;
    return end(response.setText(text), status);
  }

  Response fail(ResponseStatus status, String reason) {
    degradations.add(0, reason);
    return end(response, status);
  }

  private Response end(Response.Builder ended, ResponseStatus status) {
    return ended
        .setStatus(status)
        .setReason(degradations.isEmpty() ? null : String.join("; ", degradations))
        .setTimings(stages.read())
        .setAnsweredAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .build();
  }
}
