/** Access to what is remembered of a user, and its erasure. */
package io.hydra.ingest.gateway.users;
