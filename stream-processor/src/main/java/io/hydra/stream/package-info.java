/** The command line of the Flink job that keeps rolling histories and requests head updates. */
package io.hydra.stream;
