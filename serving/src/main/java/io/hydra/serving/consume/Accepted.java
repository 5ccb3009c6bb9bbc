package io.hydra.serving.consume;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record to be handled.
 *
 * @param acceptedNanos reading of the loop's monotonic clock when it was polled
 */
public record Accepted(ConsumerRecord<byte[], byte[]> record, long acceptedNanos, Fence fence) {}
