package io.hydra.model.base;

import io.hydra.model.feature.Memory;
import io.hydra.model.feature.Salience;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.HistoryItem;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a base that is about one task.
 *
 * @param adapter the population head over candidates where the LLM was asked, one weight per
 *     feature
 * @param adapterUnsampled the same where it was not: a user's past items come without samples
 * @param reranker the population head over history items
 * @param shares share of each option among the population; empty for open text
 * @param trunk options × dimensions, over the encoder of words; empty for open text
 * @param meaningTrunk the same over the encoder of meaning; empty without one, too
 * @param memory of items of the population; none for open text, nor without an encoder of meaning
 * @param optionNames meanings of the options' names, options × dimensions of the encoder of
 *     meaning; empty without one, for ordered options and open text, and in bases of format 13 and
 *     before
 * @param usualLength mean length of outputs, in words
 * @param salience the trunk of open text; untrained for closed tasks
 * @param asking the worth of the LLM's samples to the population; unknown for open text
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record TaskBase(
    double[] adapter,
    double[] adapterUnsampled,
    double[] reranker,
    double[] shares,
    float[][] trunk,
    float[][] meaningTrunk,
    Memory memory,
    float[][] optionNames,
    double usualLength,
    Salience salience,
    WorthOfAsking asking) {
  /** Words of an output where none was seen. */
  static final double USUAL_LENGTH = 10;

  private static final double[] NO_HEAD = new double[0];
  private static final float[][] NO_TRUNK = new float[0][];

  public TaskBase {
    optionNames = optionNames == null ? NO_TRUNK : optionNames;
  }

  /** Neither heads nor trunks. */
  static TaskBase blank(double[] shares, double usualLength) {
    return new TaskBase(shares, NO_TRUNK, NO_TRUNK, Memory.NONE, NO_TRUNK, usualLength);
  }

  private TaskBase(
      double[] shares,
      float[][] trunk,
      float[][] meaningTrunk,
      Memory memory,
      float[][] optionNames,
      double usualLength) {
    this(
        NO_HEAD,
        NO_HEAD,
        NO_HEAD,
        shares,
        trunk,
        meaningTrunk,
        memory,
        optionNames,
        usualLength,
        Salience.untrained(),
        WorthOfAsking.UNKNOWN);
  }

  /** A base with trunks and memory and without heads; shares are smoothed by one item an option. */
  static TaskBase of(
      TaskSpec task,
      List<List<HistoryItem>> users,
      float[][] trunk,
      float[][] meaningTrunk,
      Memory memory,
      float[][] optionNames) {
    List<String> outputs = users.stream().flatMap(List::stream).map(HistoryItem::output).toList();
    double[] shares = new double[task.options().size()];
    Arrays.fill(shares, 1);
    outputs.stream().mapToInt(task::indexOf).filter(c -> c >= 0).forEach(c -> shares[c]++);
    double total = Arrays.stream(shares).sum();
    Arrays.setAll(shares, c -> shares[c] / total);
    double length =
        outputs.stream().mapToInt(o -> Words.of(o).size()).average().orElse(USUAL_LENGTH);
    return new TaskBase(shares, trunk, meaningTrunk, memory, optionNames, length);
  }

  /** The same trunks with other population heads. */
  TaskBase withHeads(double[] newAdapter, double[] newUnsampled, double[] newReranker) {
    return with(newAdapter, newUnsampled, newReranker, salience, asking);
  }

  TaskBase withSalience(Salience newSalience) {
    return with(adapter, adapterUnsampled, reranker, newSalience, asking);
  }

  /** The same base with another worth of asking. */
  public TaskBase withAsking(WorthOfAsking newAsking) {
    return with(adapter, adapterUnsampled, reranker, salience, newAsking);
  }

  private TaskBase with(
      double[] newAdapter,
      double[] newUnsampled,
      double[] newReranker,
      Salience newSalience,
      WorthOfAsking newAsking) {
    return new TaskBase(
        newAdapter,
        newUnsampled,
        newReranker,
        shares,
        trunk,
        meaningTrunk,
        memory,
        optionNames,
        usualLength,
        newSalience,
        newAsking);
  }
}
