package io.hydra.serving.answer;

import io.hydra.model.base.PlainAnswer;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.UsedItem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes the record of what a response showed its user, which a verdict can then teach from. */
public final class Exposures {
  private Exposures() {}

  /**
   * A pure function of them all, so that a response that is sent again gives the same record. Texts
   * are cut to what the model reads of them.
   *
   * @param askedAt timestamp of the query's record
   * @param task empty if it is not in the catalogue of the base that answered
   * @return empty where nothing was chosen and shown: no answer, an impersonal one, a trial
   */
  public static Optional<Exposure> of(
      Query query, Instant askedAt, Response response, Optional<TaskSpec> task) {
    List<Candidate> candidates = response.getCandidates();
    boolean isAnswer =
        response.getStatus() == ResponseStatus.OK
            || response.getStatus() == ResponseStatus.DEGRADED;
    boolean isShown = query.getPersonalize() && query.getTrial() == null;
    if (!isAnswer || !isShown || candidates.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Exposure.newBuilder()
            .setQueryId(response.getQueryId())
            .setTenant(response.getTenant())
            .setUserId(response.getUserId())
            .setTask(response.getTask())
            .setAskedAt(askedAt)
            .setShownAt(response.getAnsweredAt())
            .setInput(read(query.getInput()))
            .setShown(shown(candidates, response.getText()))
            .setCandidates(
                candidates.stream()
                    .map(
                        c ->
                            new ShownCandidate(
                                read(c.getText()),
                                c.getScore(),
                                c.getSamples(),
                                c.getExpectedWords()))
                    .toList())
            .setItems(response.getItems().stream().map(UsedItem::getEventId).toList())
            .setUnadapted(task.map(known -> unadapted(known, candidates)).orElse(-1))
            .setHistoryVersion(response.getHistoryVersion())
            .setBaseVersion(response.getBaseVersion())
            .setHeadVersion(response.getHeadVersion())
            .build());
  }

  private static int unadapted(TaskSpec task, List<Candidate> candidates) {
    return PlainAnswer.of(
        task,
        candidates.stream().map(Candidate::getText).toList(),
        candidates.stream().mapToInt(Candidate::getSamples).toArray());
  }

  private static String read(String text) {
    return Words.cut(text, Words.MAX_CHARACTERS);
  }

  private static int shown(List<Candidate> candidates, String text) {
    for (int c = 0; c < candidates.size(); c++) {
      if (candidates.get(c).getText().equals(text)) {
        return c;
      }
    }
    return -1;
  }
}
