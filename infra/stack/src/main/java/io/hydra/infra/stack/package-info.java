/** The embedded stack: what runs, in which order, and when it is ready. */
package io.hydra.infra.stack;
