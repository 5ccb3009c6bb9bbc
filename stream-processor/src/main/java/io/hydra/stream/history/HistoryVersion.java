package io.hydra.stream.history;

/**
 * Where a history stands after a write, whether or not that write changed it.
 *
 * @param userKey {@code tenant:user}
 * @param version counts the history's distinct inserts
 * @param entered whether the write was one of them; false for one that is repeated after a crash,
 *     though it may have been the first time
 */
public record HistoryVersion(String userKey, String task, long version, boolean entered) {}
