/** Encoders of several kinds behind one interface, and the training of the built-in one. */
package io.hydra.model.encoder;
