/** Events from files. */
package io.hydra.ingest.load;
