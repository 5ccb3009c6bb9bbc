/** The endpoint by which a service is watched: health, metrics, status. */
package io.hydra.runtime.ops;
