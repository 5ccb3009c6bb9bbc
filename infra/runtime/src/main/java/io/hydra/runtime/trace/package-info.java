/** Traces that cross the topics, by OpenTelemetry. */
package io.hydra.runtime.trace;
