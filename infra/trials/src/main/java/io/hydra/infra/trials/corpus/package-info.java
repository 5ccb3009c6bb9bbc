/** Hostile input, generated from a seed, each case with what must become of it. */
package io.hydra.infra.trials.corpus;
