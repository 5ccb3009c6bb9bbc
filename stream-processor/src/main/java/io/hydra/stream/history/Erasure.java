package io.hydra.stream.history;

import io.hydra.schemas.user.UserKey;

/**
 * A user wants to be forgotten.
 *
 * @param eventId of the event that says so
 * @param upTo its occurred_at, milliseconds since the epoch: what occurred then or before goes
 */
public record Erasure(UserKey user, String eventId, long upTo) {}
