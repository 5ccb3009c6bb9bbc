/** Stage times. */
package io.hydra.serving.time;
