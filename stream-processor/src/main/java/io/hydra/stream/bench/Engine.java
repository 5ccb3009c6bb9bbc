package io.hydra.stream.bench;

/** Something that brings events into histories, as fast as it can. */
@FunctionalInterface
interface Engine {
  /**
   * Returns when all is written.
   *
   * @param written told of each batch once it is written, from any thread
   */
  void run(SteadyRate written) throws Exception;
}
