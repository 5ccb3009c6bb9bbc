package io.hydra.model.base;

/**
 * What a base has learnt of one task.
 *
 * @param adapter the population head over candidates, one weight per feature
 * @param reranker the population head over history items
 * @param shares share of each option among the population; empty for open text
 * @param trunk options × dimensions; empty for open text
 * @param usualLength mean length of outputs, in words
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record TaskBase(
    double[] adapter, double[] reranker, double[] shares, float[][] trunk, double usualLength) {}
