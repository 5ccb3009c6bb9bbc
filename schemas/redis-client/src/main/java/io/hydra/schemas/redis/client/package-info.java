/** Opens Redis by one URL, whatever its form. */
package io.hydra.schemas.redis.client;
