package io.hydra.stream.rebuild;

/** How far the trainer, and what writes its heads to Redis, have come. */
public interface TrainerPosition {
  /** Everything that has been requested by now. */
  Mark mark();

  /** A moment in the topic of requests. */
  interface Mark {
    /** Tells whether all heads that were requested before it are in Redis. */
    boolean isReached();

    /** A number that rises whenever something of it was done. */
    long progress();
  }
}
