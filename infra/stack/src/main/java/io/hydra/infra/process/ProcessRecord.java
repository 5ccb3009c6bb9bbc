package io.hydra.infra.process;

/**
 * What is written down about a running component, so that another process can find it again.
 *
 * @param identity tells the process from a later one with the same pid
 * @param startedAt milliseconds since the epoch
 * @param log its log file
 */
public record ProcessRecord(String name, long pid, String identity, long startedAt, String log) {}
