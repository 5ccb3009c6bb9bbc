/** Serving's metrics: definitions, and what records them. */
package io.hydra.serving.metrics;
