package io.hydra.serving.answer;

import io.hydra.llm.LlmReply;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.head.HeadMixture.Weights;
import io.hydra.model.prompt.Prompt;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.HeadShare;
import io.hydra.schemas.avro.PriorWeight;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.store.UserState;
import io.hydra.serving.policy.Budgets.Refusal;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds one response: what it was made from, and what it lacks, with the remedy. Used by one
 * thread at a time; finished once, by {@link #choose}, {@link #answer}, {@link #refuse} or {@link
 * #fail}.
 */
final class Draft {
  private final Response.Builder response = Response.newBuilder();
  private final Question question;
  private final List<String> degradations;
  private final Clock clock;
  private int llmCalls;

  Draft(Question question, Clock clock) {
    Question.Identifiers identifiers = question.identifiers();
    this.question = question;
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

  /** Ends a stage of the answer, see {@link Question.StageClock}. */
  void finish(String stage) {
    question.stages().finish(stage);
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
        && heads.historyVersion() == 0
        && heads.verdicts() == 0) {
      degradations.add(
          "the user has no head for this base yet, the population head answers: one is fitted"
              + " within seconds of an event, if the trainer runs on the same base");
    }
  }

  /**
   * Notes the items that are used, but for the last that the prompt leaves out. Where most outputs
   * are odd, the user is almost a stranger.
   */
  void note(Reading reading, List<RankedItem> items, int leftOut) {
    response.setItems(
        items.subList(0, items.size() - leftOut).stream()
            .map(i -> new UsedItem(i.item().eventId(), i.score()))
            .toList());
    if (2 * reading.unreadable() > reading.items()) {
      degradations.add(
          "%d of %d past outputs are none of the task's options, they teach nothing"
              .formatted(reading.unreadable(), reading.items()));
    }
  }

  /** Notes a query that did not fit. Items are shortened as a rule: that alone degrades nothing. */
  void note(Prompt prompt) {
    if (prompt.narrowed()) {
      degradations.add(
          "the prompt was cut to the policy's maxPromptTokens: the LLM was shown all but %d of the"
                  .formatted(prompt.queryCut())
              + " query's characters, %d history items in part and %d not at all"
                  .formatted(prompt.itemsCut(), prompt.itemsLeftOut()));
    } else if (prompt.queryCut() > 0) {
      int length = question.query().getInput().length();
      int itemsCut = prompt.itemsCut();
      degradations.add(
          "the LLM was shown %d of the query's %d characters%s; shorten the query"
              .formatted(
                  length - prompt.queryCut(),
                  length,
                  itemsCut == 0 ? "" : ", and %d history items in part".formatted(itemsCut)));
    }
  }

  /** Notes what the LLM gave; {@code asked} is its model if the endpoint does not tell. */
  void note(LlmReply reply, String asked, int maxTokens) {
    note(reply.calls());
    response
        .setLlm(reply.model().isEmpty() ? asked : reply.model())
        .setPromptTokens(reply.promptTokens())
        .setCompletionTokens(reply.completionTokens());
    degradations.addAll(reply.complaints(maxTokens));
  }

  /** Notes how many calls the LLM took. */
  void note(int calls) {
    llmCalls = calls;
    response.setLlmCalls(calls);
  }

  /** Notes the samples asked for, those that the LLM gave, and those that answer the task. */
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

  Response choose(Choice choice, Heads heads) {
    if (choice.fault() != null) {
      degradations.add(choice.fault());
    }
    response
        .setCandidates(
            choice.candidates().stream()
                .map(
                    c ->
                        new Candidate(
                            c.text(),
                            c.probability(),
                            c.samples(),
                            c.population(),
                            c.expectedWords()))
                .toList())
        .setHead(share(choice, heads));
    return answer(choice.text());
  }

  /** Null if the population has all the say, and says it. */
  private static HeadShare share(Choice choice, Heads heads) {
    Weights weights = choice.weights();
    if (weights.members().isEmpty() && !choice.fellBack()) {
      return null;
    }
    List<PriorWeight> priors = new ArrayList<>();
    for (int m = 0; m < weights.members().size(); m++) {
      double precision = heads.adapter().members().get(m).precision();
      priors.add(new PriorWeight(precision, weights.members().get(m)));
    }
    return new HeadShare(
        heads.adapter().examples(),
        heads.verdicts(),
        weights.population(),
        priors,
        choice.fellBack(),
        heads.adapter().shifted());
  }

  Response answer(String text) {
    response.setText(text);
    return end(degradations.isEmpty() ? ResponseStatus.OK : ResponseStatus.DEGRADED);
  }

  /** Says why the LLM is not asked, and when it may be. */
  Response refuse(Refusal refusal) {
    response.setRetryAt(
        refusal.retryAt() == null ? null : refusal.retryAt().truncatedTo(ChronoUnit.MILLIS));
    return fail(refusal.status(), refusal.reason());
  }

  Response fail(ResponseStatus status, String reason) {
    degradations.add(0, reason);
    return end(status);
  }

  private Response end(ResponseStatus status) {
    return response
        .setStatus(status)
        .setReason(degradations.isEmpty() ? null : String.join("; ", degradations))
        .setTimings(question.stages().read())
        .setAnsweredAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .build();
  }
}
