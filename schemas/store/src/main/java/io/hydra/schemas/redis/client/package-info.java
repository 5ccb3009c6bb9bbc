/**
 * Opens Redis by one URL, whatever its form, lets readers follow the current view, and tells its
 * errors apart.
 */
package io.hydra.schemas.redis.client;
