/** HTTP as the gateway speaks it: strict, bounded, and the same for every endpoint. */
package io.hydra.ingest.gateway.http;
