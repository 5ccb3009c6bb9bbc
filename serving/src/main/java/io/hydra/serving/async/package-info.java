/** Help with futures. */
package io.hydra.serving.async;
