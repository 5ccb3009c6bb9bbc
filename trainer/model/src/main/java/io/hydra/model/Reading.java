package io.hydra.model;

import io.hydra.model.base.PlainAnswer;
import io.hydra.model.head.HeadMixture.Weights;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.Optional;

/**
 * One query read against one user's history. What both halves of an answer need is computed once,
 * when it is made; it is kept while the LLM is asked, so it holds little of the history.
 * Thread-safe.
 */
public interface Reading {
  /**
   * Retrieves M items of the history and reranks them.
   *
   * @param heads {@link Heads#NONE} for a user without
   * @return the k most useful, best first; none without a history
   */
  List<RankedItem> rank(Heads heads);

  /** The k most similar of the retrieved items, most similar first, before any reranking. */
  List<HistoryItem> nearest();

  /** Items of the history. */
  int items();

  /** Of these, how many teach nothing: outputs of a closed task that are none of its options. */
  int unreadable();

  /**
   * The adapter: scores the candidates by everything known of the user and picks one.
   *
   * @param samples as {@link TaskSpec#normalize} made them; empty ones are left out
   * @param heads {@link Heads#NONE} for a user without
   * @return its text is "" if an open task has no readable sample
   */
  Choice choose(List<String> samples, Heads heads);

  /**
   * The adapter's answer without the LLM, {@link #choose} of no samples, where it is so far ahead
   * of the next best that asking would save less than it costs, by what it saved the population.
   *
   * @param heads {@link Heads#NONE} for a user without
   * @param price of a call: the loss that it must save, in the task's metric
   * @return empty where the LLM is to be asked: for open text, which has no candidates then, and
   *     for a user who is served plain sampling's answer, always
   */
  Optional<Choice> chooseUnasked(Heads heads, double price);

  /** A history item with its usefulness for one query: a share of belief, 0 to 1. */
  record RankedItem(HistoryItem item, double score) {}

  /**
   * The adapter's choice among the LLM's samples.
   *
   * @param text the answer
   * @param candidates most probable first
   * @param weights of the population and of the user's own part in their probabilities
   * @param fellBack whether the answer is plain sampling's, since the probabilities have lately
   *     been worth less to the user
   * @param fault what it lacks and why, without any text of the user; null for nothing
   */
  record Choice(
      String text,
      List<ScoredCandidate> candidates,
      Weights weights,
      boolean fellBack,
      String fault) {
    public Choice {
      candidates = List.copyOf(candidates);
    }

    Choice with(String otherFault) {
      return new Choice(text, candidates, weights, fellBack, otherFault);
    }

    /** Plain sampling's answer, of equals the first candidate; "" where none was sampled. */
    public static String plain(TaskSpec task, List<ScoredCandidate> candidates) {
      List<String> texts = candidates.stream().map(ScoredCandidate::text).toList();
      int[] samples = candidates.stream().mapToInt(ScoredCandidate::samples).toArray();
      int plain = PlainAnswer.of(task, texts, samples);
      return plain < 0 ? "" : texts.get(plain);
    }

    /**
     * A possible answer.
     *
     * @param probability share of belief, 0 to 1; the candidates of one query sum to 1
     * @param population the same without the user's own part
     * @param samples the number of the LLM's samples that said this
     * @param expectedWords as in {@link io.hydra.model.feature.Samples}; null if it is not known
     */
    public record ScoredCandidate(
        String text, double probability, double population, int samples, Float expectedWords) {}
  }
}
