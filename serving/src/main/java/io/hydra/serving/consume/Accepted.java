package io.hydra.serving.consume;

import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that was read.
 *
 * @param acceptedNanos reading of the loop's monotonic clock when it was polled
 * @param revoked true for ever once the partition was revoked, even if it comes back: the record is
 *     then read again, by whoever has the partition
 * @param perhapsAgain whether the record may have been delivered before, to an earlier owner of its
 *     partition, and answered
 */
public record Accepted(
    ConsumerRecord<byte[], byte[]> record,
    long acceptedNanos,
    BooleanSupplier revoked,
    boolean perhapsAgain) {}
