/** Text as a terminal shows it. */
package io.hydra.runtime.text;
