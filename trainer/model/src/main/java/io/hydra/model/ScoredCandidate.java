package io.hydra.model;

/**
 * A possible answer.
 *
 * @param probability share of belief, 0 to 1; the candidates of one query sum to 1
 * @param samples how many of the LLM's samples said this
 */
public record ScoredCandidate(String text, double probability, int samples) {}
