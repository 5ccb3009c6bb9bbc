/** A seeded mutator over the corpus, and the entry points that its mutants are given to. */
package io.hydra.infra.trials.fuzz;
