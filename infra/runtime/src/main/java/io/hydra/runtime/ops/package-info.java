/** The operations port of a service: health, metrics, status. */
package io.hydra.runtime.ops;
