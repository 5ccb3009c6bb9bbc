/** Histories anew from the events topic: a bulk reader and writer, and the switch of views. */
package io.hydra.stream.rebuild;
