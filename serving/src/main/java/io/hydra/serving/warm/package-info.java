/** Warming up: readiness means that the pipeline has answered before the first query is read. */
package io.hydra.serving.warm;
