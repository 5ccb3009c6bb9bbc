package io.hydra.model;

import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.Example;
import io.hydra.model.head.HeadFitter;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One user's growing history of one task, and what can be learned from it. Each item becomes an
 * example with the items before it alone, once; a fit goes over the latest of these. Not
 * thread-safe.
 *
 * <p>What it costs is bounded, whatever the texts hold, since of each text no more is looked at
 * than {@link io.hydra.model.text.Words} allows. For n items, of which the newest r = {@link
 * FitSettings#replay} become examples against M retrieved ones, with w = 1,024 words a text, C
 * options and F features, the worst case is n·w words read, r·w·n look-ups of words (BM25,
 * salience), r·M·w²/64 steps of alignment, and r·C·F² + F³ of algebra: for n = 200, r = 64, M = 10
 * some 50 million small steps, well below a second.
 */
public final class Learner {
  private final TaskScorer scorer;
  private final FitSettings settings;
  private final Timeline timeline;
  private final Deque<Example> adapter = new ArrayDeque<>();
  private final Deque<Example> reranker = new ArrayDeque<>();

  public Learner(TaskScorer scorer, FitSettings settings) {
    this.scorer = scorer;
    this.settings = settings;
    this.timeline = scorer.timeline();
  }

  public int size() {
    return timeline.size();
  }

  /** Items whose output is none of a closed task's options; they teach nothing. */
  public int unreadable() {
    return timeline.unreadable();
  }

  /** The situation before the next item. */
  public Situation query(String input) {
    return timeline.query(input);
  }

  /**
   * Learns one item.
   *
   * @param item not older than those already there
   * @param samples what the LLM said when it was asked for this item's output; {@link
   *     Samples#MISSING} if it was not
   */
  public void learn(HistoryItem item, Samples samples) {
    timeline.append(item);
    addExamples(timeline.size() - 1, samples);
  }

  /** Takes a whole history, for none of whose items the LLM was asked. */
  void learn(List<HistoryItem> history) {
    timeline.append(history);
    for (int i = Math.max(0, timeline.size() - settings.replay()); i < timeline.size(); i++) {
      addExamples(i, Samples.MISSING);
    }
  }

  private void addExamples(int index, Samples samples) {
    Situation situation = timeline.before(index);
    String output = timeline.item(index).output();
    scorer.adapterExample(situation, output, samples).ifPresent(e -> keep(adapter, e));
    scorer.rerankerExample(situation, output).ifPresent(e -> keep(reranker, e));
  }

  private void keep(Deque<Example> examples, Example example) {
    examples.addLast(example);
    if (examples.size() > settings.replay()) {
      examples.removeFirst();
    }
  }

  /** The heads that follow from what was learned, of this version of the history. */
  public Heads heads(long historyVersion) {
    return new Heads(
        historyVersion,
        0,
        HeadFitter.fit(List.copyOf(adapter), settings),
        HeadFitter.fit(List.copyOf(reranker), settings));
  }
}
