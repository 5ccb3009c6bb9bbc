/** The Flink job that keeps rolling histories and requests head updates: the command line. */
package io.hydra.stream;
