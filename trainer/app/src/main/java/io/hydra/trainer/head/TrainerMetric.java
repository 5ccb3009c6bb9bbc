package io.hydra.trainer.head;

import io.hydra.runtime.metrics.Definition;
import java.util.List;

/** The trainer's own metrics: the only place for their names. */
public final class TrainerMetric {
  static final Definition REQUESTS =
      Definition.counter(
          "hydra_trainer_requests_total",
          "requests",
          "Head requests by what came of them: `fitted`, `skipped` (the head has seen that version),"
              + " `no_history`, `rejected` (a dead letter). A transaction that is dropped counts"
              + " again.",
          "outcome");
  static final Definition ERASURES =
      Definition.counter(
          "hydra_trainer_erasures_total", "erasures", "Erasures that were followed.");
  static final Definition DEAD_LETTERS =
      Definition.counter(
          "hydra_trainer_dead_letters_total",
          "records",
          "Records that went to the dead letters, by the topic that they go to.",
          "topic");
  static final Definition FIT_SECONDS =
      Definition.seconds(
          "hydra_trainer_fit_seconds", "Time of one fit of a user's heads for one task.");
  static final Definition REQUEST_TO_HEAD_SECONDS =
      Definition.seconds(
          "hydra_trainer_request_to_head_seconds",
          "From the timestamp of a request's record to its head, which is visible with the next"
              + " commit.");
  static final Definition HEADS_WRITTEN =
      Definition.counter(
          "hydra_trainer_heads_written_total",
          "records",
          "Records of `hydra.heads` that were applied in Redis, tombstones among them.");
  static final Definition HEADS_FENCED =
      Definition.counter(
          "hydra_trainer_heads_fenced_total",
          "records",
          "Records of `hydra.heads` that changed nothing, since a newer one of the user had been"
              + " applied.");
  public static final List<Definition> ALL =
      List.of(
          REQUESTS,
          ERASURES,
          DEAD_LETTERS,
          FIT_SECONDS,
          REQUEST_TO_HEAD_SECONDS,
          HEADS_WRITTEN,
          HEADS_FENCED);

  private TrainerMetric() {}
}
