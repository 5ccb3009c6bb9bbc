package io.hydra.evaluation.paper;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a task's rows as the paper says. Texts of one call are encoded once each, in batches. */
public record PaperRows(TaskSpec task, Encoder encoder) {
  /**
   * One of a user's past items, for which the LLM was asked.
   *
   * @param output the user's own
   * @param samples the LLM's texts; its prompt must not have held this item
   */
  public record Asked(String input, String output, List<String> samples) {}

  /**
   * One of a user's past items, with those of the same user's items that were retrieved for it.
   *
   * @param output the user's own
   * @param neighbours never this item itself, or it would be useful to itself: the caller's duty
   */
  public record Retrieved(String input, String output, List<HistoryItem> neighbours) {}

  /** A row before its texts are encoded. */
  private record Pair(String query, String candidate, int option, boolean positive) {}

  /**
   * The adapter's rows of one user. Closed set: each sample is a row, positive if and only if it is
   * the user's output after normalization; the user's output itself is no row. Open text: each
   * sample is a negative row, and the user's own text one positive row more.
   */
  public List<PaperRow> adapter(List<Asked> items) {
    List<Pair> pairs = new ArrayList<>();
    for (Asked item : items) {
      int own = task.indexOf(item.output());
      for (String sample : item.samples()) {
        Pair pair = pair(item.input(), sample);
        boolean equal = task.isClosed() && own >= 0 && pair.option() == own;
        pairs.add(new Pair(pair.query(), pair.candidate(), pair.option(), equal));
      }
      if (!task.isClosed()) {
        pairs.add(new Pair(item.input(), task.normalize(item.output()), -1, true));
      }
    }
    return encode(pairs);
  }

  /**
   * The reranker's rows of one user: the item's input and the neighbour's input; the neighbour's
   * output is not shown. Labelled from the data alone: whether the neighbour's output is the item's
   * own (closed set), or is closer to it than the mean over all of this user's pairs (open text;
   * closeness is the mean of ROUGE-1 and ROUGE-L). The paper asks the LLM instead, once per pair,
   * with this one neighbour as the only example.
   */
  public List<PaperRow> reranker(List<Retrieved> items) {
    List<List<Boolean>> useful = task.isClosed() ? sameOutput(items) : aboveMean(items);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Retrieved item = items.get(i);
      for (int n = 0; n < item.neighbours().size(); n++) {
        pairs.add(
            new Pair(item.input(), item.neighbours().get(n).input(), -1, useful.get(i).get(n)));
      }
    }
    return encode(pairs);
  }

  /** Candidates of one query, to be scored by an adapter; their labels mean nothing. */
  public List<PaperRow> candidates(String query, List<String> candidates) {
    return encode(candidates.stream().map(candidate -> pair(query, candidate)).toList());
  }

  /** Retrieved items of one query, to be scored by a reranker; their labels mean nothing. */
  public List<PaperRow> items(String query, List<HistoryItem> items) {
    return encode(items.stream().map(item -> new Pair(query, item.input(), -1, false)).toList());
  }

  private Pair pair(String query, String candidate) {
    String normal = task.normalize(candidate);
    // What names no option is still a row, told by its own words.
    return normal.isEmpty()
        ? new Pair(query, candidate, -1, false)
        : new Pair(query, normal, task.indexOf(normal), false);
  }

  private List<List<Boolean>> sameOutput(List<Retrieved> items) {
    return items.stream()
        .map(
            item -> {
              int own = task.indexOf(item.output());
              return item.neighbours().stream()
                  .map(neighbour -> own >= 0 && task.indexOf(neighbour.output()) == own)
                  .toList();
            })
        .toList();
  }

  private static List<List<Boolean>> aboveMean(List<Retrieved> items) {
    List<List<Double>> closeness =
        items.stream()
            .map(
                item -> {
                  List<String> own = Words.of(item.output());
                  return item.neighbours().stream()
                      .map(neighbour -> Rouge.closeness(Words.of(neighbour.output()), own))
                      .toList();
                })
            .toList();
    double mean = closeness.stream().flatMap(List::stream).mapToDouble(c -> c).average().orElse(0);
    return closeness.stream().map(of -> of.stream().map(c -> c > mean).toList()).toList();
  }

  private List<PaperRow> encode(List<Pair> pairs) {
    Map<String, Integer> places = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      places.putIfAbsent(pair.query(), places.size());
      places.putIfAbsent(pair.candidate(), places.size());
    }
    float[][] vectors = encoder.encode(List.copyOf(places.keySet()));
    return pairs.stream()
        .map(
            pair ->
                new PaperRow(
                    vectors[places.get(pair.query())],
                    vectors[places.get(pair.candidate())],
                    pair.option(),
                    pair.positive()))
        .toList();
  }
}
