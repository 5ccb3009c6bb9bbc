package io.hydra.serving.consume;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that was read.
 *
 * @param acceptedNanos reading of the loop's monotonic clock when it was polled
 * @param perhapsAgain whether the record may have been delivered before, to an earlier owner of its
 *     partition, and answered
 */
public record Accepted(
    ConsumerRecord<byte[], byte[]> record, long acceptedNanos, Fence fence, boolean perhapsAgain) {}
