/**
 * Retries while a dependency is away: backoff, and one log line when it begins and when it ends.
 */
package io.hydra.runtime.retry;
