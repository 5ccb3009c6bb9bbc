/**
 * The HTTP gateway. A request becomes a record of a topic by way of the Java client, {@link
 * io.hydra.ingest}; what is acknowledged to an app is acknowledged by Kafka first. Nothing is
 * stored: what is held in memory is bounded, and gone with the process.
 */
package io.hydra.ingest.gateway;
