/** Timers, backoff and stage times. */
package io.hydra.serving.time;
