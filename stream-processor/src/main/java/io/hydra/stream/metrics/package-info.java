/** What the job tells of itself in Flink's registry, and a way to read it. */
package io.hydra.stream.metrics;
