/** Histories, heads and recorded responses in Redis. */
package io.hydra.serving.state;
