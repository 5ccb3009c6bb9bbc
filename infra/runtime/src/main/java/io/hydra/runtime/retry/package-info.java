/** Waiting for a dependency that is away: backoff, retry, and one log line at either end. */
package io.hydra.runtime.retry;
