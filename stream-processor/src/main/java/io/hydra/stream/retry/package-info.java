/** Waiting for what is away. */
package io.hydra.stream.retry;
