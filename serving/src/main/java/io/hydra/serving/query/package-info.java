/** The way of a record: decoded, answered, and ended by an acknowledged response or dead letter. */
package io.hydra.serving.query;
