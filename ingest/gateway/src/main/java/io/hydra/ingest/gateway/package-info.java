/**
 * The HTTP door. A request becomes a record of a topic by way of the Java client, {@link
 * io.hydra.ingest}; what is acknowledged to an app is acknowledged by Kafka first, and nothing else
 * is kept here than what is under way.
 */
package io.hydra.ingest.gateway;
