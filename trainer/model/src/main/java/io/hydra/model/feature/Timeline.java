package io.hydra.model.feature;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.retrieve.Bm25;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user's items with everything that is computed once per item: vectors and BM25 terms. From it
 * come the situations of a new query and of each past item, the latter with the strictly earlier
 * items alone, so that no item ever sees itself.
 */
public final class Timeline {
  private final Encoder encoder;
  private final Bm25 bm25;
  private final List<HistoryItem> items;
  private final List<Bm25.Document> documents;
  private final List<float[]> vectors;
  private final List<float[]> outputVectors;

  /**
   * @param items oldest first
   * @param withOutputs whether the outputs are encoded too, as open text needs
   */
  public Timeline(Encoder encoder, Bm25 bm25, List<HistoryItem> items, boolean withOutputs) {
    this.encoder = encoder;
    this.bm25 = bm25;
    this.items = List.copyOf(items);
    this.documents = items.stream().map(i -> bm25.analyze(i.input())).toList();
    Stream<String> inputs = items.stream().map(HistoryItem::input);
    Stream<String> outputs = withOutputs ? items.stream().map(HistoryItem::output) : Stream.empty();
    List<float[]> all = Arrays.asList(encoder.encode(Stream.concat(inputs, outputs).toList()));
    this.vectors = all.subList(0, items.size());
    this.outputVectors = all.subList(items.size(), all.size());
  }

  public int size() {
    return items.size();
  }

  public HistoryItem item(int index) {
    return items.get(index);
  }

  /** A new query, with all items as its past. */
  public Situation query(String input) {
    float[] vector = encoder.encode(List.of(input))[0];
    return situation(input, vector, bm25.analyze(input), items.size());
  }

  /** Item {@code index} as if it were asked, with the items before it as its past. */
  public Situation before(int index) {
    return situation(items.get(index).input(), vectors.get(index), documents.get(index), index);
  }

  private Situation situation(String input, float[] vector, Bm25.Document document, int pastSize) {
    return new Situation(
        input,
        vector,
        items.subList(0, pastSize),
        vectors.subList(0, pastSize),
        new ArrayList<>(outputVectors.subList(0, Math.min(pastSize, outputVectors.size()))),
        bm25.score(document, documents.subList(0, pastSize)));
  }
}
