/**
 * Metrics of a process. What they are called and mean is data ({@link
 * io.hydra.runtime.metrics.Definition}), from which docs/metrics.md is made.
 */
package io.hydra.runtime.metrics;
