/** Measurements of speed and size, each beside what bounds it. */
package io.hydra.infra.bench;
