/** The rights of a user over what is remembered of them. */
package io.hydra.ingest.gateway.users;
