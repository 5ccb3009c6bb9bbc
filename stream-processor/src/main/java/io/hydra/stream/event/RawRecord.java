package io.hydra.stream.event;

/**
 * A record of a topic as it came: nothing decoded, nothing lost.
 *
 * @param timestamp milliseconds since the epoch; -1 if it has none
 * @param key null if it has none
 * @param value null for a tombstone
 * @param headerNames in order, repeated names included
 * @param headerValues one for each name; a value may be null
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record RawRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    String[] headerNames,
    byte[][] headerValues) {}
