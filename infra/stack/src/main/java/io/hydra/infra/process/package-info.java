/** Processes: started, found again, measured and stopped. */
package io.hydra.infra.process;
