package io.hydra.stream.event;

import io.hydra.schemas.avro.Verdict;

/**
 * A verdict on a response, in types that Flink serializes without help.
 *
 * @param userKey {@code tenant:user}
 * @param eventId of the feedback, or of the interaction that names the query
 * @param occurredAt milliseconds since the epoch
 * @param candidate null unless one was chosen
 * @param text null unless the answer was edited
 * @param rating null unless the answer was rated
 * @param recordedAt the timestamp of the event's record, in milliseconds since the epoch
 */
public record UserVerdict(
    String userKey,
    String task,
    String eventId,
    long occurredAt,
    String queryId,
    Verdict verdict,
    Integer candidate,
    String text,
    Double rating,
    long recordedAt) {}
