package io.hydra.model.feature;

import io.hydra.model.retrieve.Bm25Index;
import io.hydra.model.retrieve.WordIndex;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A user's items with everything that is computed once per item. It grows as the history does. From
 * it come the situations of a new query and of each past item, the latter with the strictly earlier
 * items alone, so that no item ever sees itself. Not thread-safe while it grows; its situations
 * must be used before.
 */
public final class Timeline {
  /** Label of an output that is none of the task's options, and of every output of an open task. */
  public static final int NO_OPTION = -1;

  private final TextReader reader;
  private final Trunk trunk;
  private final TaskSpec task;
  private final boolean withOutputs;
  private final List<HistoryItem> items = new ArrayList<>();
  private final List<ReadText> inputs = new ArrayList<>();
  private final List<ReadText> outputs = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final List<double[]> trunkScores = new ArrayList<>();
  private final List<double[]> trunkBeliefs = new ArrayList<>();
  private final Bm25Index bm25 = new Bm25Index();
  private final WordIndex outputWords = new WordIndex();

  /**
   * @param trunk of the task
   * @param task whose outputs are labels, or are read too where it is open text
   */
  public Timeline(TextReader reader, Trunk trunk, TaskSpec task) {
    this.reader = reader;
    this.trunk = trunk;
    this.task = task;
    this.withOutputs = !task.isClosed();
  }

  public void append(HistoryItem item) {
    append(List.of(item));
  }

  /**
   * @param newer oldest first, none older than those already there
   */
  public void append(List<HistoryItem> newer) {
    List<ReadText> read = reader.read(newer.stream().map(HistoryItem::input).toList());
    for (ReadText input : read) {
      inputs.add(input);
      bm25.add(input.document());
      if (trunk.isTrained()) {
        double[] scores = trunk.scores(input.vector());
        trunkScores.add(scores);
        trunkBeliefs.add(Trunk.beliefs(scores));
      }
    }
    if (withOutputs) {
      for (ReadText output : reader.read(newer.stream().map(HistoryItem::output).toList())) {
        outputs.add(output);
        outputWords.add(output.words());
      }
    }
    newer.forEach(item -> labels.add(task.isClosed() ? task.indexOf(item.output()) : NO_OPTION));
    items.addAll(newer);
  }

  public int size() {
    return items.size();
  }

  public HistoryItem item(int index) {
    return items.get(index);
  }

  /** Which option an item's output is, or {@link #NO_OPTION}. */
  public int label(int index) {
    return labels.get(index);
  }

  /** Items of a closed task whose outputs are none of its options; they teach nothing. */
  public int unreadable() {
    return task.isClosed() ? Collections.frequency(labels, NO_OPTION) : 0;
  }

  /** A new query, with all items as its past. */
  public Situation query(String input) {
    ReadText read = reader.read(input);
    double[] scores = trunk.isTrained() ? trunk.scores(read.vector()) : new double[0];
    return situation(read, scores, items.size());
  }

  /** Item {@code index} as if it were asked, with the items before it as its past. */
  public Situation before(int index) {
    double[] scores = trunk.isTrained() ? trunkScores.get(index) : new double[0];
    return situation(inputs.get(index), scores, index);
  }

  private Situation situation(ReadText query, double[] scores, int pastSize) {
    return new Situation(
        query,
        items.subList(0, pastSize),
        inputs.subList(0, pastSize),
        outputs.subList(0, withOutputs ? pastSize : 0),
        labels.subList(0, pastSize),
        outputWords,
        bm25.score(query.document(), pastSize),
        scores,
        trunkBeliefs.subList(0, trunk.isTrained() ? pastSize : 0));
  }
}
