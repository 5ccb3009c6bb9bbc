/** One thread that owns the consumer; order per key, the finished prefix, fences, backpressure. */
package io.hydra.serving.consume;
