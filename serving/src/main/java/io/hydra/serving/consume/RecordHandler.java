package io.hydra.serving.consume;

/** Knows what to do with a record. */
@FunctionalInterface
public interface RecordHandler {
  /**
   * Looks at a record before it waits for its turn. Called on the loop's thread: never blocks, and
   * never throws for the sake of the record.
   */
  Job admit(Accepted accepted);
}
