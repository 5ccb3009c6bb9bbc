package io.hydra.stream.history;

/**
 * Where a history stands after a write, whether or not that write changed it.
 *
 * @param userKey {@code tenant:user}
 * @param version counts the history's distinct inserts
 */
public record HistoryVersion(String userKey, String task, long version) {}
