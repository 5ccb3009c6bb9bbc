package io.hydra.stream.event;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;

/**
 * A record that cannot be processed, as it goes to the dead-letter topic: key and value untouched,
 * its own headers first, then those that say where it came from and why.
 *
 * @param key null if it had none
 * @param value null for a tombstone
 * @param originalHeaders how many of the headers, from the first on, are the record's own
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record DeadLetter(
    byte[] key, byte[] value, String[] headerNames, byte[][] headerValues, int originalHeaders) {

  /** The dead letter of a record that was rejected. */
  public static DeadLetter of(RawRecord raw, RejectedRecordException reason) {
    var origin =
        new DeadLetters.Origin(
            raw.topic(),
            raw.partition(),
            raw.offset(),
            raw.timestamp(),
            ConsumerGroups.STREAM_PROCESSOR);
    var headers = HeaderArrays.toHeaders(raw.headerNames(), raw.headerValues());
    DeadLetters.reason(origin, reason).forEach(headers::add);
    return new DeadLetter(
        raw.key(),
        raw.value(),
        HeaderArrays.names(headers),
        HeaderArrays.values(headers),
        raw.headerNames().length);
  }
}
