/** When a head update is due, and its request. */
package io.hydra.stream.trigger;
