/** The operator between the door and the store: batches, retries, metrics. */
package io.hydra.stream.writer;
