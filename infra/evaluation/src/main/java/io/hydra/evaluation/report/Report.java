package io.hydra.evaluation.report;

import static java.util.stream.Collectors.joining;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.metric.PairedBootstrap;
import io.hydra.evaluation.metric.Scored;
import io.hydra.evaluation.result.Results;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * All figures of one task's results, computed once and then written in several forms.
 *
 * @param task its id
 * @param facts the conditions of the measurement, in the order of showing
 * @param seeds the most that any method was run with
 * @param costs by method
 * @param buckets the lengths of history that occurred, shortest first
 * @param cohorts all users, those of each activity, then the given ones: {@link UserCohorts}
 */
public record Report(
    String task,
    Map<String, Object> facts,
    int seeds,
    Comparison all,
    Map<String, Cost> costs,
    List<Bucket> buckets,
    List<Cohort> cohorts) {
  /** The method whose advantage over each other one is reported. */
  public static final String SUBJECT = "hydra";

  /** The method that people would use instead. */
  static final String RIVAL = "rag";

  /** The best that choosing among {@link #SUBJECT}'s samples could give. */
  private static final String BOUND = "oracle";

  /** The questions asked after so many items of the user's. */
  record Bucket(HistoryLength length, Comparison comparison) {}

  /** The questions of some users. */
  record Cohort(String name, Comparison comparison) {}

  /**
   * Computes all figures.
   *
   * @throws IllegalArgumentException if the results are empty or do not fit together
   */
  public static Report of(Results results) {
    List<Question> questions = results.questions();
    Scored scored = Scored.of(results.task(), questions, results.answers());
    Comparison all = scored.compare();
    List<Bucket> buckets = new ArrayList<>();
    for (HistoryLength length : HistoryLength.ALL) {
      scored
          .compare(q -> length.contains(questions.get(q).seen()))
          .ifPresent(comparison -> buckets.add(new Bucket(length, comparison)));
    }
    Map<String, List<Answers>> byMethod = new LinkedHashMap<>();
    results
        .answers()
        .forEach(one -> byMethod.computeIfAbsent(one.method(), m -> new ArrayList<>()).add(one));
    Map<String, Cost> costs = new LinkedHashMap<>();
    byMethod.forEach((method, runs) -> costs.put(method, Cost.of(questions.size(), runs)));
    List<Cohort> cohorts = new ArrayList<>();
    UserCohorts.of(results)
        .forEach((name, selected) -> cohorts.add(new Cohort(name, scored.compare(selected))));
    int seeds = byMethod.values().stream().mapToInt(List::size).max().orElseThrow();
    return new Report(
        results.task().id(), facts(results, all), seeds, all, costs, buckets, cohorts);
  }

  private static Map<String, Object> facts(Results results, Comparison all) {
    Map<String, Object> facts = new LinkedHashMap<>(results.facts());
    facts.put(
        "intervals",
        "95 %%, percentiles of %d paired resamples of the users"
            .formatted(PairedBootstrap.RESAMPLES));
    if (!all.pooled().containsKey(SUBJECT)) {
      facts.put("versus", "absent, since the method " + SUBJECT + " was not run");
    } else if (all.users() < Comparison.FEWEST_USERS) {
      facts.put("certainty", "with fewer than 10 users no difference is called certain");
    }
    return facts;
  }

  /**
   * Writes {@code report.json}, {@code report.md} and {@code report.html}, each whole or not at
   * all, over earlier ones.
   */
  public void write(Path folder) throws IOException {
    DraftFile.writeJson(folder.resolve("report.json"), ReportJson.of(this));
    DraftFile.write(folder.resolve("report.md"), markdown());
    DraftFile.write(folder.resolve("report.html"), ReportPage.of(this).html());
  }

  /** For the console: quality and cost per method, and the room for choosing. */
  public String summary() {
    String quality = ReportTables.summary(this).text();
    return rooms().isEmpty() ? quality : quality + "\n" + ReportTables.room(this).text();
  }

  /** Every table, readable as plain text too. */
  private String markdown() {
    return Stream.of(
            List.of(ReportTables.facts(this), ReportTables.quality(this)),
            ReportTables.differences(this),
            ReportTables.worst(this),
            List.of(ReportTables.cost(this)),
            ReportTables.history(this))
        .flatMap(List::stream)
        .map(Table::markdown)
        .collect(joining("\n", "# " + ReportTables.headline(this) + "\n\n", ""));
  }

  List<String> methods() {
    return List.copyOf(all.pooled().keySet());
  }

  /** The methods that {@link #SUBJECT} is compared with; none if it was not run. */
  List<String> others() {
    return all.pooled().containsKey(SUBJECT)
        ? methods().stream().filter(m -> !m.equals(SUBJECT)).toList()
        : List.of();
  }

  /**
   * The gap between an answer without choosing and the best of the samples.
   *
   * @param room the gain of a perfect choice over {@link #RIVAL}
   * @param share the part of it that {@link #SUBJECT} gains
   */
  record Room(Distribution room, Distribution share) {}

  /** By measure, of those that have a value for each question; none if no bound was measured. */
  Map<String, Room> rooms() {
    Map<String, Room> rooms = new LinkedHashMap<>();
    Map<String, Map<String, Distribution>> pooled = all.pooled();
    if (pooled.keySet().containsAll(List.of(SUBJECT, RIVAL, BOUND))) {
      for (Measure measure : all.measures()) {
        if (measure.perUser()) {
          Distribution rival = pooled.get(RIVAL).get(measure.name());
          Distribution room = pooled.get(BOUND).get(measure.name()).minus(rival);
          Distribution gain = pooled.get(SUBJECT).get(measure.name()).minus(rival);
          rooms.put(measure.name(), new Room(room, gain.over(room)));
        }
      }
    }
    return rooms;
  }

  /** {@link #SUBJECT} minus another method. */
  static Distribution difference(
      Map<String, Map<String, Distribution>> quality, String other, String measure) {
    return quality.get(SUBJECT).get(measure).minus(quality.get(other).get(measure));
  }

  /** {@link #SUBJECT}'s advantage over {@link #RIVAL}: of an error, what is saved. */
  public static Distribution gain(Comparison comparison, Measure measure) {
    Distribution subject = comparison.pooled().get(SUBJECT).get(measure.name());
    Distribution rival = comparison.pooled().get(RIVAL).get(measure.name());
    return measure.higherIsBetter() ? subject.minus(rival) : rival.minus(subject);
  }

  /** The cohorts of questions and users that are large enough to be certain of anything. */
  List<Cohort> known() {
    return Stream.concat(
            buckets.stream().map(b -> new Cohort(b.length().words(), b.comparison())),
            cohorts.stream())
        .filter(cohort -> cohort.comparison().users() >= Comparison.FEWEST_USERS)
        .toList();
  }

  /**
   * Tells whether {@link #SUBJECT} is certainly better than another method (true), certainly worse
   * (false), or neither.
   */
  static Optional<Boolean> better(Comparison comparison, Measure measure, Distribution difference) {
    return comparison.certain(difference)
        ? Optional.of(difference.value() > 0 == measure.higherIsBetter())
        : Optional.empty();
  }

  /**
   * The cost of one method's answers: totals over the questions, means over the seeds.
   *
   * @param seconds spent waiting for the LLM
   */
  record Cost(
      int answers, double llmCalls, double promptTokens, double completionTokens, double seconds) {
    static Cost of(int questions, List<Answers> seeds) {
      return new Cost(
          questions,
          mean(seeds, Usage::llmCalls),
          mean(seeds, Usage::promptTokens),
          mean(seeds, Usage::completionTokens),
          mean(seeds, Usage::llmMillis) / 1000);
    }

    private static double mean(List<Answers> seeds, ToLongFunction<Usage> figure) {
      return seeds.stream().map(Answers::usage).mapToLong(figure).average().orElseThrow();
    }

    Cost perAnswer() {
      return new Cost(
          1,
          llmCalls / answers,
          promptTokens / answers,
          completionTokens / answers,
          seconds / answers);
    }
  }

  /**
   * A range of how many of a user's items came before a question.
   *
   * @param to inclusive; {@link Integer#MAX_VALUE} for no upper bound
   */
  record HistoryLength(int from, int to) {
    static final List<HistoryLength> ALL =
        List.of(
            new HistoryLength(0, 0),
            new HistoryLength(1, 1),
            new HistoryLength(2, 3),
            new HistoryLength(4, 7),
            new HistoryLength(8, 15),
            new HistoryLength(16, 31),
            new HistoryLength(32, 63),
            new HistoryLength(64, Integer.MAX_VALUE));

    boolean contains(int seen) {
      return seen >= from && seen <= to;
    }

    boolean isOpen() {
      return to == Integer.MAX_VALUE;
    }

    /** For a sentence. */
    String words() {
      return label() + (to == 1 ? " item seen" : " items seen");
    }

    String label() {
      if (isOpen()) {
        return from + "+";
      }
      return from == to ? String.valueOf(from) : from + "-" + to;
    }
  }
}
