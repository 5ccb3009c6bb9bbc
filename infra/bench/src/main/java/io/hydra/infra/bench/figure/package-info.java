/** Figures as every bench counts and writes them. */
package io.hydra.infra.bench.figure;
