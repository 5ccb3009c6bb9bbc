package io.hydra.model.base;

import io.hydra.model.feature.Salience;

/**
 * What a base has learnt of one task.
 *
 * @param adapter the population head over candidates where the LLM was asked, one weight per
 *     feature
 * @param adapterUnsampled the same where it was not: a user's past items come without samples
 * @param reranker the population head over history items
 * @param shares share of each option among the population; empty for open text
 * @param trunk options × dimensions; empty for open text
 * @param usualLength mean length of outputs, in words
 * @param salience the trunk of open text; untrained for closed tasks
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record TaskBase(
    double[] adapter,
    double[] adapterUnsampled,
    double[] reranker,
    double[] shares,
    float[][] trunk,
    double usualLength,
    Salience salience) {

  /** The same trunk with other population heads. */
  TaskBase withHeads(double[] newAdapter, double[] newUnsampled, double[] newReranker) {
    return new TaskBase(
        newAdapter, newUnsampled, newReranker, shares, trunk, usualLength, salience);
  }

  TaskBase withSalience(Salience newSalience) {
    return new TaskBase(
        adapter, adapterUnsampled, reranker, shares, trunk, usualLength, newSalience);
  }
}
