package io.hydra.model;

import io.hydra.schemas.redis.Heads;
import java.util.List;

/**
 * One query read against one user's history. What both halves of an answer need, the vectors and
 * the BM25 scores, is computed once, when it is made. Thread-safe.
 */
public interface Reading {
  /**
   * Retrieves M items of the history and reranks them.
   *
   * @param heads {@link Heads#NONE} for a user without
   * @return the k most useful, best first; none without a history
   */
  List<RankedItem> rank(Heads heads);

  /**
   * The adapter: scores the candidates by everything known of the user and picks one.
   *
   * @param samples as {@link io.hydra.model.task.TaskSpec#normalize} made them; empty ones are left
   *     out
   * @param heads {@link Heads#NONE} for a user without
   * @return its text is "" if an open task has no readable sample
   */
  Choice choose(List<String> samples, Heads heads);
}
