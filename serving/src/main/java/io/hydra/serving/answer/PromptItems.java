package io.hydra.serving.answer;

import io.hydra.model.Reading;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The history items that go into a query's prompt, as far as its trial decides that. */
final class PromptItems {
  private final TrialItems kind;
  private final List<HistoryItem> history;
  private final List<HistoryItem> latest;

  private PromptItems(TrialItems kind, List<HistoryItem> history, List<HistoryItem> latest) {
    this.kind = kind;
    this.history = history;
    this.latest = latest;
  }

  /**
   * @param history oldest first
   * @param used the number of items in a prompt of the task
   */
  static PromptItems of(Query query, List<HistoryItem> history, int used) {
    Trial trial = query.getTrial();
    if (trial == null) {
      return new PromptItems(TrialItems.RERANKED, history, List.of());
    }
    Set<String> without = Set.copyOf(trial.getWithout());
    List<HistoryItem> kept =
        history.stream().filter(item -> !without.contains(item.eventId())).toList();
    List<HistoryItem> latest =
        new ArrayList<>(kept.subList(Math.max(0, kept.size() - used), kept.size()));
    Collections.reverse(latest);
    return new PromptItems(trial.getItems(), kept, latest);
  }

  /** The history without what the trial leaves out. */
  List<HistoryItem> history() {
    return history;
  }

  /** Tells whether the LLM is asked once and nothing is chosen. */
  boolean arePlain() {
    return kind != TrialItems.RERANKED;
  }

  /** The items of a plain prompt. */
  List<HistoryItem> plain(Reading reading) {
    return kind == TrialItems.LATEST ? latest : reading.nearest();
  }
}
