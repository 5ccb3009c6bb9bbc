package io.hydra.stream.history;

/**
 * @param version of the history after the write: counts its distinct inserts
 * @param changed whether this write changed the history
 */
public record WriteOutcome(long version, boolean changed) {}
