/** What base training reaches for outside of the process. */
package io.hydra.trainer.base;
