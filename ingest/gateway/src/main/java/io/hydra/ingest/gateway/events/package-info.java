/** Events and verdicts, in the shapes in which apps send them. */
package io.hydra.ingest.gateway.events;
