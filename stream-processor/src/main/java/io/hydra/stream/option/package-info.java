/** How the values of options are read. */
package io.hydra.stream.option;
