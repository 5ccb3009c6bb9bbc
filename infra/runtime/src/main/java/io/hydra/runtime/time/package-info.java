/** Doing things later. */
package io.hydra.runtime.time;
