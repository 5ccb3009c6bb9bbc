package io.hydra.model;

/**
 * An answer that the heads give without the LLM.
 *
 * @param answer one of a closed task's options
 * @param probability that it is what the user wants, 0 to 1
 */
public record Certainty(String answer, double probability) {}
