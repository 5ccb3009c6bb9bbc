/** What users did and what they thought of answers, in the shapes in which apps tell it. */
package io.hydra.ingest.gateway.events;
