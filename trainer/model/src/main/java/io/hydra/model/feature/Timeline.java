package io.hydra.model.feature;

import io.hydra.model.retrieve.Bm25;
import io.hydra.model.retrieve.WordIndex;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A user's items with everything that is computed once per item. It grows as the history does. From
 * it come the situations of a new query and of each past item, the latter with the strictly earlier
 * items alone, so that no item ever sees itself. Not thread-safe while it grows; its situations
 * must be used before.
 */
public final class Timeline {
  /** Label of an output that is none of a closed task's options. */
  public static final int NO_OPTION = -1;

  private final EncodedTexts texts;
  private final Seen words;
  private final Seen meaning;
  private final TaskSpec task;
  private final List<HistoryItem> items = new ArrayList<>();
  private final List<EncodedText> inputs = new ArrayList<>();
  private final List<EncodedText> outputs = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final Bm25.Index bm25 = new Bm25.Index();
  private final WordIndex outputWords = new WordIndex();

  /**
   * @param words trunk over the encoder of words
   * @param meaning trunk over the encoder of meaning; null to leave meaning out
   * @param task the task: its outputs are labels, or are encoded too where it is open text
   */
  public Timeline(EncodedTexts texts, Trunk words, Trunk meaning, TaskSpec task) {
    this.texts = texts;
    this.words = new Seen(words, EncodedText::vector, EncodedText::beliefs);
    this.meaning =
        meaning == null
            ? null
            : new Seen(meaning, EncodedText::meaning, EncodedText::meaningBeliefs);
    this.task = task;
  }

  /** Inputs under one encoder, and what the trunk over it makes of them. */
  private static final class Seen {
    private final Trunk trunk;
    private final Function<EncodedText, float[]> encoder;
    private final BiFunction<EncodedText, Trunk, double[]> believer;
    private final List<float[]> vectors = new ArrayList<>();
    private final List<double[]> beliefs = new ArrayList<>();

    private Seen(
        Trunk trunk,
        Function<EncodedText, float[]> encoder,
        BiFunction<EncodedText, Trunk, double[]> believer) {
      this.trunk = trunk;
      this.encoder = encoder;
      this.believer = believer;
    }

    private void add(EncodedText input) {
      vectors.add(encoder.apply(input));
      if (trunk.isTrained()) {
        beliefs.add(believer.apply(input, trunk));
      }
    }

    private Aspect before(int index) {
      return aspect(vectors.get(index), index);
    }

    private Aspect query(EncodedText query, int pastSize) {
      return aspect(encoder.apply(query), pastSize);
    }

    private Aspect aspect(float[] vector, int pastSize) {
      return new Aspect(
          vector,
          vectors.subList(0, pastSize),
          trunk.scores(vector),
          beliefs.subList(0, trunk.isTrained() ? pastSize : 0));
    }
  }

  public void append(HistoryItem item) {
    append(List.of(item));
  }

  /**
   * @param newer oldest first, none older than those already there
   */
  public void append(List<HistoryItem> newer) {
    append(newer, encoded(newer.stream().map(HistoryItem::input).toList()));
  }

  /**
   * The same where the inputs are at hand.
   *
   * @param known of a closed task
   */
  public void append(List<HistoryItem> newer, List<EncodedText> known) {
    for (EncodedText input : known) {
      inputs.add(input);
      bm25.add(input.document());
      words.add(input);
      if (meaning != null) {
        meaning.add(input);
      }
    }
    if (task.isClosed()) {
      labels.addAll(task.indicesOf(newer.stream().map(HistoryItem::output)));
    } else {
      for (EncodedText output : encoded(newer.stream().map(HistoryItem::output).toList())) {
        outputs.add(output);
        outputWords.add(output.words());
      }
    }
    items.addAll(newer);
  }

  private List<EncodedText> encoded(List<String> all) {
    return task.isClosed() ? texts.get(all) : texts.withWords(all);
  }

  public int size() {
    return items.size();
  }

  public HistoryItem item(int index) {
    return items.get(index);
  }

  /** Number of items that are older than a moment, which are the first ones. */
  public int olderThan(long moment) {
    int from = 0;
    int to = items.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (items.get(middle).occurredAt() < moment) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Items of a closed task whose outputs are none of its options; they teach nothing. */
  public int unreadable() {
    return Collections.frequency(labels, NO_OPTION);
  }

  /** A new query, with all items as its past. */
  public Situation query(String input) {
    return query(input, items.size());
  }

  /**
   * A query as it was asked at some time.
   *
   * @param pastSize the number of items, from the oldest on, that are its past
   */
  public Situation query(String input, int pastSize) {
    EncodedText query = encoded(List.of(input)).get(0);
    return situation(
        query,
        words.query(query, pastSize),
        meaning == null ? null : meaning.query(query, pastSize),
        pastSize);
  }

  /** Item {@code index} as if it were asked, with the items before it as its past. */
  public Situation before(int index) {
    return situation(
        inputs.get(index),
        words.before(index),
        meaning == null ? null : meaning.before(index),
        index);
  }

  private Situation situation(EncodedText query, Aspect byWords, Aspect byMeaning, int pastSize) {
    return new Situation(
        query,
        items.subList(0, pastSize),
        inputs.subList(0, pastSize),
        outputs.subList(0, task.isClosed() ? 0 : pastSize),
        labels.subList(0, task.isClosed() ? pastSize : 0),
        outputWords,
        bm25.score(query.document(), pastSize),
        byWords,
        byMeaning);
  }
}
