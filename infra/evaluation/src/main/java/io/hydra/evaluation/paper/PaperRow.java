package io.hydra.evaluation.paper;

/**
 * One pair with its label.
 *
 * @param query its vector
 * @param candidate vector of the candidate, or of the history item's input
 * @param option which option of the closed set the candidate is, or -1
 * @param positive the label; ignored where pairs are scored
 */
public record PaperRow(float[] query, float[] candidate, int option, boolean positive) {}
