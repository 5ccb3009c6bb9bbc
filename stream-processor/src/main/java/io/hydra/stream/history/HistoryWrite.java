package io.hydra.stream.history;

import io.hydra.schemas.user.UserKey;

/**
 * One event on its way into a history.
 *
 * @param occurredAt milliseconds since the epoch
 * @param item {@link io.hydra.schemas.redis.HistoryItemCodec}'s bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record HistoryWrite(
    UserKey user, String task, String eventId, long occurredAt, byte[] item) {}
