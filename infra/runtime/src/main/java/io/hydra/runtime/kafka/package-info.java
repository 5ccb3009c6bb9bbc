/** The way to a Kafka cluster and its schema registry, secured or not. */
package io.hydra.runtime.kafka;
