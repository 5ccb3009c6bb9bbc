/** Opens Redis by one URL, whatever its form, and lets readers follow the current view. */
package io.hydra.schemas.redis.client;
