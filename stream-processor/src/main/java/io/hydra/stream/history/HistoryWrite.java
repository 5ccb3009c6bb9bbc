package io.hydra.stream.history;

/**
 * One event on its way into a history.
 *
 * @param userKey {@code tenant:user}
 * @param occurredAt milliseconds since the epoch
 * @param item {@link io.hydra.schemas.redis.HistoryItemCodec}'s bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record HistoryWrite(
    String userKey, String task, String eventId, long occurredAt, byte[] item) {}
