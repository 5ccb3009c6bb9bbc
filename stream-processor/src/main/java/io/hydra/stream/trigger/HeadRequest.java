package io.hydra.stream.trigger;

import io.hydra.schemas.avro.TriggerReason;

/**
 * A head update is due.
 *
 * @param userKey {@code tenant:user}
 * @param historyVersion that the head should have seen
 * @param requestedAt milliseconds since the epoch
 */
public record HeadRequest(
    String userKey, String task, long historyVersion, TriggerReason reason, long requestedAt) {}
