/** Queries, and the responses that come back for them. */
package io.hydra.ingest.gateway.queries;
