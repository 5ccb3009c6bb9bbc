/** The gateway's tools for agents, by the Model Context Protocol. */
package io.hydra.ingest.gateway.mcp;
