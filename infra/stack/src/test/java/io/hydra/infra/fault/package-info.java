/** Faults in a running stack: what was killed, and what the data says afterwards. */
package io.hydra.infra.fault;
