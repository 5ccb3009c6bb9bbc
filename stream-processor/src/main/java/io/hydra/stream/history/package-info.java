/** Rolling histories: the store, its Redis form, and batched writing to it. */
package io.hydra.stream.history;
