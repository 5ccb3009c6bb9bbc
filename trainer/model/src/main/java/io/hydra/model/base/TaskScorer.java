package io.hydra.model.base;

import io.hydra.model.feature.CandidateFeatures;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.ClosedFeatures;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.OpenFeatures;
import io.hydra.model.feature.OpenFeatures.PreparedText;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.feature.Trunk;
import io.hydra.model.head.Example;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One task under one base: what training a base, updating a head and answering a query have in
 * common. Thread-safe.
 */
public final class TaskScorer {
  /**
   * The temperature at which closeness to the user's own text becomes belief. Blunt: the mean
   * closeness of the chosen text counts, and a sharp target spends the head on telling the very
   * best from the second.
   */
  private static final double CLOSENESS_TEMPERATURE = 0.5;

  /** Words of each side that closeness looks at: a fit compares hundreds of texts. */
  private static final int CLOSENESS_WORDS = 256;

  private final TaskSpec task;
  private final TaskBase base;
  private final EncodedTexts texts;
  private final CandidateFeatures features;

  public TaskScorer(TaskSpec task, TaskBase base, EncodedTexts texts) {
    this.task = task;
    this.texts = texts;
    this.features =
        task.isClosed()
            ? new ClosedFeatures(
                task,
                base.shares(),
                texts.hasMeaning(task) ? base.memory() : null,
                new Trunk(base.optionNames()))
            : new OpenFeatures(texts, base.usualLength(), base.salience());
    this.base = task.isClosed() ? base : lengthened(base, features.names().size());
  }

  /**
   * A base from before words were believed in context leaves out the features of that, and one that
   * came before them.
   */
  private static TaskBase lengthened(TaskBase base, int features) {
    return base.adapter().length == features
        ? base
        : base.withHeads(
            lengthened(base.adapter(), features),
            lengthened(base.adapterUnsampled(), features),
            base.reranker());
  }

  private static double[] lengthened(double[] head, int features) {
    return Arrays.copyOf(Arrays.copyOf(head, features - 2), features);
  }

  /**
   * A scorer for a task that the base has never seen: it believes the samples, and BM25's order.
   */
  public static TaskScorer untrained(TaskSpec task, EncodedTexts texts) {
    double[] shares = new double[task.options().size()];
    Arrays.fill(shares, 1.0 / Math.max(1, shares.length));
    TaskBase blank = TaskBase.blank(shares, TaskBase.USUAL_LENGTH);
    double[] weights = new TaskScorer(task, blank, texts).features.defaultWeights();
    return new TaskScorer(
        task,
        blank.withHeads(weights, weights, ItemFeatures.defaultWeights(texts.hasMeaning(task))),
        texts);
  }

  public TaskSpec task() {
    return task;
  }

  public TaskBase base() {
    return base;
  }

  public CandidateFeatures features() {
    return features;
  }

  /** An empty history, to be appended to. */
  public Timeline timeline() {
    return new Timeline(
        texts,
        new Trunk(base.trunk()),
        texts.hasMeaning(task) ? new Trunk(base.meaningTrunk()) : null,
        task);
  }

  /** All options of a closed task, whether sampled or not; the distinct samples of an open one. */
  public List<String> candidates(Samples samples) {
    return task.isClosed() ? task.options() : List.copyOf(samples.counts().keySet());
  }

  /**
   * Finds out what is to be expected of an open task's samples in context, where that is not known
   * and the base has an encoder of meaning: it takes milliseconds.
   */
  public Samples expectWords(Samples samples, Supplier<Prepared> prepared) {
    return task.isClosed() || samples.isMissing() || !samples.expectedWords().isEmpty()
        ? samples
        : ((PreparedText) prepared.get()).expectWords(samples);
  }

  /** The population's weights for a query with or without samples. */
  public double[] adapter(Samples samples) {
    return samples.isMissing() ? base.adapterUnsampled() : base.adapter();
  }

  /** The population's beliefs in the options of a closed task. */
  double[] beliefs(Prepared prepared, Samples samples) {
    return Softmax.probabilities(prepared.of(task.options(), samples), adapter(samples));
  }

  /**
   * The M items nearest by BM25.
   *
   * @return indices into the situation's past: highest score first, newer first where scores are
   *     equal, so that a query that shares no word with the history gets the newest items
   */
  public List<Integer> retrieve(Situation situation) {
    double[] bm25 = situation.bm25();
    int[] best = new int[Math.min(task.retrieved(), bm25.length)];
    int found = 0;
    // Newest first, so that an older item goes before another one only with a higher score.
    for (int i = bm25.length - 1; i >= 0; i--) {
      if (found < best.length) {
        found++;
      } else if (found == 0 || bm25[i] <= bm25[best[found - 1]]) {
        continue;
      }
      int place = found - 1;
      for (; place > 0 && bm25[i] > bm25[best[place - 1]]; place--) {
        best[place] = best[place - 1];
      }
      best[place] = i;
    }
    return Arrays.stream(best).boxed().toList();
  }

  /**
   * The reranker's z of some items.
   *
   * @param prepared of the situation
   * @param items indices into the situation's past
   */
  public double[][] itemFeatures(Situation situation, Prepared prepared, List<Integer> items) {
    return ItemFeatures.of(situation, items, plausible(situation, prepared, items));
  }

  private double[] plausible(Situation situation, Prepared prepared, List<Integer> items) {
    if (items.isEmpty()) {
      return new double[0];
    }
    if (task.isClosed()) {
      double[] p = beliefs(prepared, Samples.MISSING);
      return items.stream()
          .mapToInt(situation.labels()::get)
          .mapToDouble(c -> c < 0 ? 0 : p[c])
          .toArray();
    }
    return ((PreparedText) prepared)
        .expected(items.stream().map(situation.outputs()::get).toList());
  }

  /**
   * Reranks the retrieved items.
   *
   * @param z of each, in BM25's order, which ties keep
   * @return the k most useful, best first
   */
  public List<Ranked> rank(double[][] z, Mixture own) {
    if (z.length == 0) {
      return List.of();
    }
    double[] p = HeadMixture.probabilities(z, base.reranker(), own);
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(r -> task.rerank() ? -p[r] : r))
        .limit(task.used())
        .map(r -> new Ranked(r, p[r]))
        .toList();
  }

  /** The place of a retrieved item in BM25's order, and its share of usefulness for a query. */
  public record Ranked(int place, double score) {}

  /**
   * The adapter's example of the user's own output, among what the LLM said, of what {@link
   * CandidateFeatures#prepare} took from the situation. Closed: the option itself. Open: candidates
   * share belief by their closeness, mean of ROUGE-1 and ROUGE-L, to the user's text.
   *
   * @return empty if there is no signal: an output outside the options, or fewer than two
   *     candidates
   */
  public Optional<Example> adapterExample(Prepared prepared, String output, Samples samples) {
    List<String> candidates = candidates(samples);
    // In an order that does not depend on that of the samples: sums then have the same last bits.
    return adapterExample(
        prepared,
        task.isClosed() ? candidates : candidates.stream().sorted().toList(),
        samples,
        output);
  }

  /**
   * The same among these candidates.
   *
   * @param candidates all options, in their order, where the task is closed
   */
  public Optional<Example> adapterExample(
      Prepared prepared, List<String> candidates, Samples samples, String output) {
    if (candidates.size() < 2) {
      return Optional.empty();
    }
    if (task.isClosed()) {
      int c = task.indexOf(output);
      return c < 0 ? Optional.empty() : Optional.of(preference(prepared, candidates, samples, c));
    }
    double[] target = byCloseness(candidates.stream().map(Words::of), output);
    double[][] z = prepared.of(candidates, samples);
    return Optional.of(
        Example.of(z, adapter(samples), target).withPlain(plain(candidates, samples, target)));
  }

  /**
   * The adapter's example of a candidate that the user preferred to the others.
   *
   * @param preferred index into the candidates
   */
  public Example preference(
      Prepared prepared, List<String> candidates, Samples samples, int preferred) {
    double[] target = new double[candidates.size()];
    target[preferred] = 1;
    double[] quality = target.clone();
    if (task.isClosed()) {
      Arrays.setAll(quality, c -> Decision.quality(task, c, preferred));
    }
    return Example.of(prepared.of(candidates, samples), adapter(samples), target)
        .withPlain(plain(candidates, samples, quality));
  }

  private Example.Plain plain(List<String> candidates, Samples samples, double[] quality) {
    return samples.isMissing() ? null : new PlainGain(task, candidates, samples, quality);
  }

  /**
   * The adapter's example of a candidate that the user did not want.
   *
   * @param rejected index into the candidates, of which there are two or more
   */
  public Example rejection(
      Prepared prepared, List<String> candidates, Samples samples, int rejected) {
    return Example.ofRejection(prepared.of(candidates, samples), adapter(samples), rejected);
  }

  /**
   * The reranker's example of the user's own output, without an LLM call. Closed: items with the
   * same output were useful. Open: as useful as their outputs are close to the user's text.
   *
   * @param prepared of the situation
   * @return empty if there is no signal: all items alike
   */
  public Optional<Example> rerankerExample(Situation situation, Prepared prepared, String output) {
    List<Integer> retrieved = retrieve(situation);
    if (retrieved.size() < 2) {
      return Optional.empty();
    }
    double[] target;
    if (task.isClosed()) {
      int own = task.indexOf(output);
      if (own < 0) {
        return Optional.empty();
      }
      target =
          retrieved.stream().mapToDouble(i -> situation.labels().get(i) == own ? 1 : 0).toArray();
      double useful = Arrays.stream(target).sum();
      if (useful == 0 || useful == target.length) {
        return Optional.empty();
      }
      Arrays.setAll(target, i -> target[i] / useful);
    } else {
      target = byCloseness(retrieved.stream().map(i -> situation.outputs().get(i).words()), output);
    }
    double[][] z = itemFeatures(situation, prepared, retrieved);
    return Optional.of(Example.of(z, base.reranker(), target));
  }

  private static double[] byCloseness(Stream<List<String>> texts, String output) {
    List<String> own = Words.of(output, CLOSENESS_WORDS);
    double[] closeness =
        texts
            .map(words -> words.subList(0, Math.min(words.size(), CLOSENESS_WORDS)))
            .mapToDouble(words -> Rouge.closeness(words, own) / CLOSENESS_TEMPERATURE)
            .toArray();
    return Softmax.normalize(closeness);
  }
}
