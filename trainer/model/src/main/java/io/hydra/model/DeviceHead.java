package io.hydra.model;

import io.hydra.model.base.BaseFiles;
import io.hydra.model.feature.ClosedFeatures;
import io.hydra.model.feature.Memory;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Trunk;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.head.Privacy;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A user's head of one closed task and what of the base it is over, for a device that chooses by
 * itself: the same choice as serving's, but for what the base remembers of others, which stays with
 * the base ({@link Memory}): on a device nobody has answered the same text. It holds no text of the
 * user's, nor what their texts were encoded to: the device brings these of its own. {@code
 * device-head.js} does the same by itself.
 *
 * @param task of which a device needs the id, the options, the metric and the margin alone
 * @param shares of the options among the population
 * @param words the trunk over the encoder of words
 * @param meaning the trunk over the encoder of meaning; null for a base without one
 * @param optionNames meanings of the options' names; {@link Trunk#NONE} where the base knows none
 * @param adapter the population head where an LLM was asked
 * @param adapterUnsampled the same where none was
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record DeviceHead(
    String baseVersion,
    TaskSpec task,
    double[] shares,
    Trunk words,
    Trunk meaning,
    Trunk optionNames,
    double[] adapter,
    double[] adapterUnsampled,
    Mixture own) {
  /**
   * @throws IllegalArgumentException if the task is not closed
   */
  public DeviceHead {
    if (!task.isClosed()) {
      throw new IllegalArgumentException(
          "%s is open text: its candidates are compared with all that the user wrote, so a head alone cannot choose"
              .formatted(task.id()));
    }
    own = HeadMixture.isWhole(own, adapter.length) ? own : Mixture.NONE;
  }

  /**
   * @throws IllegalArgumentException if the task is not closed
   */
  public static DeviceHead of(BaseFiles.Part base, Mixture own) {
    return new DeviceHead(
        base.version(),
        base.task(),
        base.base().shares(),
        new Trunk(base.base().trunk()),
        base.hasMeaning() ? new Trunk(base.base().meaningTrunk()) : null,
        new Trunk(base.base().optionNames()),
        base.base().adapter(),
        base.base().adapterUnsampled(),
        own);
  }

  /**
   * The same head made private. The user's part is inside the population's weights then, rather
   * than beside them with losses that would tell of the history, too.
   *
   * @param random must not be guessed by who sees the head
   */
  public DeviceHead makePrivate(Privacy privacy, RandomGenerator random) {
    double[] released = privacy.addNoise(Privacy.clipped(own, adapter.length), random);
    double[] delta = privacy.shrink(released);
    return new DeviceHead(
        baseVersion,
        task,
        shares,
        words,
        meaning,
        optionNames,
        sum(adapter, delta),
        sum(adapterUnsampled, delta),
        Mixture.NONE);
  }

  /**
   * A question as a device knows it, in numbers.
   *
   * @param labels the option that each past item was answered by, oldest first; -1 for none of them
   * @param bm25 of each past item; 0 leaves out what words an item shares with the question
   * @param words vectors by the encoder of words
   * @param meaning vectors by the encoder of meaning; null for a base without one
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Question(List<Integer> labels, double[] bm25, Vectors words, Vectors meaning) {
    public Question {
      labels = List.copyOf(labels);
    }
  }

  /** Vectors of the question and of each past item's input, of length one or zero. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Vectors(float[] question, List<float[]> past) {
    public Vectors {
      past = List.copyOf(past);
    }
  }

  /**
   * Chooses as serving does.
   *
   * @param samples an LLM's texts, read by {@link TaskSpec#normalize}; none if none was asked
   */
  public Reading.Choice choose(Question question, List<String> samples) {
    return choose(
        Situation.ofNumbers(
            question.labels(),
            question.bm25(),
            words.aspect(question.words().question(), question.words().past()),
            meaning == null
                ? null
                : meaning.aspect(question.meaning().question(), question.meaning().past())),
        samples);
  }

  /** The same where a situation is at hand; samples that are none of the options do not count. */
  public Reading.Choice choose(Situation situation, List<String> samples) {
    Samples counted = Samples.of(samples.stream().filter(task.options()::contains).toList());
    ClosedFeatures features =
        new ClosedFeatures(task, shares, meaning == null ? null : Memory.NONE, optionNames);
    return ModelReading.choose(
        task,
        task.options(),
        features.of(situation, task.options(), counted),
        counted.isMissing() ? adapterUnsampled : adapter,
        counted,
        own);
  }

  private static double[] sum(double[] weights, double[] delta) {
    double[] sum = weights.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += delta[i];
    }
    return sum;
  }
}
