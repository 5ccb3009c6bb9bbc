package io.hydra.stream.history;

/**
 * An erasure that was carried out, for the record.
 *
 * @param userKey {@code tenant:user}
 * @param eventId of the erasure
 * @param upTo milliseconds since the epoch: what occurred then or before is gone
 * @param removed history items
 * @param kept history items that occurred later
 * @param performedAt milliseconds since the epoch
 */
public record ErasedUser(
    String userKey, String eventId, long upTo, int removed, int kept, long performedAt) {}
