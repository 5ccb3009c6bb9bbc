package io.hydra.stream.history;

/**
 * @param version of the history after the write: counts its distinct inserts
 * @param entered whether this write was one of them: a distinct event that entered and stayed. Its
 *     version is then above every earlier one of the same view
 */
public record WriteOutcome(long version, boolean entered) {}
