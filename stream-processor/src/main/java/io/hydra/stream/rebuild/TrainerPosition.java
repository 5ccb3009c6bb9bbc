package io.hydra.stream.rebuild;

/** The progress of the trainer and of the writer of its heads to Redis. */
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
