package io.hydra.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.model.Signal.Shown;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.Example;
import io.hydra.model.head.Example.Origin;
import io.hydra.model.head.HeadFitter;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One user's growing history of one task, the answers that they judged, and what can be learned
 * from both. Each item becomes an example with the items before it alone, once; so does each judged
 * answer, with the items before it was shown; a fit goes over the latest of these, in the order of
 * what the user did. Not thread-safe.
 *
 * <p>What it costs is bounded, whatever the texts hold, since of each text no more is looked at
 * than {@link io.hydra.model.text.Words} allows. For n items, of which the newest r = {@link
 * FitSettings#replay} become examples against M retrieved ones (and as many verdicts, which doubles
 * it), with w = 1,024 words a text, C options and F features, the worst case is n·w words read,
 * r·w·n look-ups of words (BM25, salience), r·M·w²/64 steps of alignment, and r·C·F² + F³ of
 * algebra: for n = 200, r = 64, M = 10 some 50 million small steps, well below a second.
 */
public final class Learner {
  private final TaskScorer scorer;
  private final FitSettings settings;
  private final Timeline timeline;
  private final Deque<Learned> adapter = new ArrayDeque<>();
  private final Deque<Learned> reranker = new ArrayDeque<>();

  /**
   * An example, and how it came about.
   *
   * @param judged whether the user had been shown the candidates
   */
  private record Learned(Example example, boolean judged) {}

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
   * @param samples the LLM's texts when it was asked for this item's output; {@link
   *     Samples#MISSING} if it was not
   */
  public void learn(HistoryItem item, Samples samples) {
    timeline.append(item);
    int last = timeline.size() - 1;
    Samples known =
        scorer.expectWords(samples, () -> scorer.features().prepare(timeline.before(last)));
    learn(last, known, !samples.isMissing());
  }

  /**
   * Takes a whole history and the answers that were judged, to a learner that has nothing yet. The
   * result does not depend on the order of either list.
   *
   * @param judged the verdicts that stand; the newest {@link FitSettings#replay} are used
   */
  public void learn(List<HistoryItem> history, List<JudgedAnswer> judged, VerdictWeights weights) {
    List<HistoryItem> items = history.stream().sorted(HistoryItem.OLDEST_FIRST).toList();
    timeline.append(items);
    List<Lesson> lessons = Lesson.newest(items, judged, settings.replay());
    for (Lesson lesson : lessons) {
      if (lesson.isVerdictAlone()) {
        learn(lesson.judged(), weights);
      } else {
        boolean isJudged = lesson.judged() != null && weights.edited() > 0;
        Samples samples =
            isJudged
                ? Shown.of(lesson.judged().exposure(), scorer.task()).samples()
                : Samples.MISSING;
        learn(lesson.item(), samples, isJudged);
      }
    }
  }

  private void learn(int index, Samples samples, boolean judged) {
    Situation situation = timeline.before(index);
    Prepared prepared = scorer.features().prepare(situation);
    String output = timeline.item(index).output();
    scorer
        .adapterExample(prepared, output, samples)
        .ifPresent(e -> keep(adapter, new Learned(e, judged)));
    scorer
        .rerankerExample(situation, prepared, output)
        .ifPresent(e -> keep(reranker, new Learned(e, judged)));
  }

  /** The user saw the answer with the items before it as their history. */
  private void learn(JudgedAnswer judged, VerdictWeights weights) {
    Shown shown = Shown.of(judged.exposure(), scorer.task());
    Situation situation =
        timeline.query(
            judged.exposure().getInput(),
            timeline.olderThan(judged.exposure().getShownAt().toEpochMilli()));
    Prepared prepared = scorer.features().prepare(situation);
    List<String> candidates = shown.candidates();
    Samples samples = shown.samples();
    Signal signal = Signal.of(judged, shown, scorer.task(), weights);
    if (signal instanceof Signal.Preferred preferred) {
      Example example = scorer.preference(prepared, candidates, samples, preferred.candidate());
      keep(adapter, example.asVerdict(preferred.weight(), preferred.origin()));
    } else if (signal instanceof Signal.Rejected rejected) {
      Example example = scorer.rejection(prepared, candidates, samples, rejected.candidate());
      keep(adapter, example.asVerdict(rejected.weight(), Origin.ANSWER));
    } else if (signal instanceof Signal.Written written) {
      scorer
          .adapterExample(prepared, candidates, samples, written.output())
          .ifPresent(e -> keep(adapter, e.asVerdict(written.weight(), Origin.WRITTEN)));
      scorer
          .rerankerExample(situation, prepared, written.output())
          .ifPresent(e -> keep(reranker, e.asVerdict(written.weight(), Origin.WRITTEN)));
    }
  }

  private void keep(Deque<Learned> examples, Example verdict) {
    if (verdict.weight() > 0) {
      keep(examples, new Learned(verdict, true));
    }
  }

  private void keep(Deque<Learned> examples, Learned example) {
    examples.addLast(example);
    if (examples.size() > settings.replay()) {
      examples.removeFirst();
    }
  }

  /** The heads that follow from what was learned, of this version of the history. */
  public Heads heads(long historyVersion) {
    return new Heads(
        historyVersion,
        (int) adapter.stream().filter(Learned::judged).count(),
        fit(adapter, scorer.base().adapter()),
        fit(reranker, scorer.base().reranker()));
  }

  private Mixture fit(Deque<Learned> examples, double[] population) {
    return HeadFitter.fit(examples.stream().map(Learned::example).toList(), population, settings);
  }

  /**
   * A history item, a verdict, or an item that was made of an answer and so is both.
   *
   * @param item index into the history; -1 for a verdict alone
   * @param judged null for an item alone
   */
  private record Lesson(long occurredAt, String eventId, int item, JudgedAnswer judged) {
    private static final Comparator<Lesson> OLDEST_FIRST =
        Comparator.comparingLong(Lesson::occurredAt)
            .thenComparing(
                Lesson::eventId,
                (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)))
            .thenComparing(lesson -> lesson.judged == null ? "" : lesson.queryId());

    private static Lesson of(JudgedAnswer judged) {
      GivenVerdict verdict = judged.verdict();
      return new Lesson(verdict.getOccurredAt().toEpochMilli(), verdict.getEventId(), -1, judged);
    }

    /**
     * The newest items and the newest verdicts, in the order in which they happened.
     *
     * @param items oldest first
     * @param most of either
     */
    static List<Lesson> newest(List<HistoryItem> items, List<JudgedAnswer> judged, int most) {
      List<Lesson> verdicts = judged.stream().map(Lesson::of).sorted(OLDEST_FIRST).toList();
      Map<String, Lesson> byEvent = new HashMap<>();
      List<Lesson> lessons = new ArrayList<>();
      for (Lesson verdict : newest(verdicts, most)) {
        byEvent.putIfAbsent(verdict.eventId(), verdict);
      }
      for (int i = Math.max(0, items.size() - most); i < items.size(); i++) {
        HistoryItem item = items.get(i);
        Lesson verdict = byEvent.remove(item.eventId());
        JudgedAnswer own = verdict == null ? null : verdict.judged();
        lessons.add(new Lesson(item.occurredAt(), item.eventId(), i, own));
      }
      lessons.addAll(byEvent.values());
      lessons.sort(OLDEST_FIRST);
      return lessons;
    }

    private static List<Lesson> newest(List<Lesson> lessons, int most) {
      return lessons.subList(Math.max(0, lessons.size() - most), lessons.size());
    }

    boolean isVerdictAlone() {
      return item < 0;
    }

    private String queryId() {
      return judged.exposure().getQueryId();
    }
  }
}
