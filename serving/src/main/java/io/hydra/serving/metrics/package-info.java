/** What serving tells of itself: definitions, and what records them. */
package io.hydra.serving.metrics;
