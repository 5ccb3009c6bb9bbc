/** Readiness means warm: the way of an answer is gone before the first query is read. */
package io.hydra.serving.warm;
