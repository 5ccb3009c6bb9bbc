/** From a record of the queries topic to an acknowledged response or dead letter. */
package io.hydra.serving.query;
