/** The job graph, its ends in Kafka, and how Flink runs it. */
package io.hydra.stream.job;
