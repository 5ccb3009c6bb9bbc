package io.hydra.infra.llm.model;

/**
 * How answers are drawn.
 *
 * @param n number of answers, at least 1
 * @param temperature 0 (the most likely answer, always) or more
 * @param seed the same seed and messages give the same answers
 */
public record Sampling(int n, double temperature, long seed) {}
