package io.hydra.infra.stack;

/** Asks a component whether it is ready. */
@FunctionalInterface
interface Probe {
  /**
   * Asks once, briefly.
   *
   * @throws Exception counts as not ready
   */
  boolean ready() throws Exception;
}
