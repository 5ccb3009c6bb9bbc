/**
 * Metrics of a process. Their names and meanings are data ({@link
 * io.hydra.runtime.metrics.Definition}), from which docs/metrics.md is generated.
 */
package io.hydra.runtime.metrics;
