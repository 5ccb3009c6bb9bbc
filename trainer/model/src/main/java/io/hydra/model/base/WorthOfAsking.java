package io.hydra.model.base;

import io.hydra.model.feature.Samples;
import io.hydra.model.task.TaskSpec;

/**
 * The worth of the LLM's samples to a task's answers, by how far the answer without them was ahead
 * of the next best: the loss that asking saves ({@link Decision#lossUnasked}), as the heads expect
 * it once they know the samples. What it saved in truth has the same mean where the heads are
 * calibrated, and many times the variance.
 *
 * <p>Hardly any expectation sees harm: the answer with samples is weighed by the very beliefs that
 * chose it, so samples that mislead look useful as well. Where answers are chosen by another loss
 * ({@link Decision#pick}) than they are weighed by, asking may be expected to lose a little.
 *
 * <p>Immutable.
 *
 * @param asked questions, by {@link Decision#lead} from 0 to 1 in equal parts
 * @param saved sums of the loss that asking is expected to save
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record WorthOfAsking(double[] asked, double[] saved) {
  private static final int PARTS = 20;

  /** In loss: a few questions do not show that nothing is to be saved. */
  private static final double DOUBT = 1;

  /** Nothing is known. */
  public static final WorthOfAsking UNKNOWN =
      new WorthOfAsking(new double[PARTS], new double[PARTS]);

  public WorthOfAsking {
    if (asked.length != PARTS || saved.length != PARTS) {
      throw new IllegalArgumentException("needs %d parts".formatted(PARTS));
    }
  }

  /**
   * One question more, whose answer with samples is weighed against the one without by what the
   * heads believe once they know the samples.
   *
   * @param without beliefs over the options of a closed task, before there are samples
   * @param with the same after
   */
  WorthOfAsking plus(TaskSpec task, double[] without, double[] with, Samples samples) {
    int alone = Decision.pick(task, task.options(), without, Samples.MISSING);
    int helped = Decision.pick(task, task.options(), with, samples);
    double saved = 0;
    for (int c = 0; c < with.length; c++) {
      saved +=
          with[c] * (Decision.lossUnasked(task, alone, c) - Decision.lossUnasked(task, helped, c));
    }
    return plus(Decision.lead(task, task.options(), without), saved);
  }

  /**
   * One question more.
   *
   * @param lead of the answer without samples, 0 to 1
   * @param loss that asking is expected to save
   */
  public WorthOfAsking plus(double lead, double loss) {
    double[] nowAsked = asked.clone();
    double[] nowSaved = saved.clone();
    int part = Math.max(0, Math.min(PARTS - 1, (int) (lead * PARTS)));
    nowAsked[part]++;
    nowSaved[part] += loss;
    return new WorthOfAsking(nowAsked, nowSaved);
  }

  /**
   * The lead from which on questions are best left unasked, if a call costs as much as some loss:
   * the one at which calls and losses together would have cost the population least. Above 1, which
   * nothing is, if there is none.
   *
   * @param price of a call
   */
  public double enough(double price) {
    double cost = DOUBT;
    double least = 0;
    int enough = PARTS + 1;
    for (int part = PARTS - 1; part >= 0; part--) {
      cost += saved[part] - price * asked[part];
      if (cost < least) {
        least = cost;
        enough = part;
      }
    }
    return (double) enough / PARTS;
  }
}
