/** Failures as futures pass them on, and as a log may show them. */
package io.hydra.runtime.failure;
