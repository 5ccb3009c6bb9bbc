/** The door: raw records in, history writes or dead letters out. */
package io.hydra.stream.event;
