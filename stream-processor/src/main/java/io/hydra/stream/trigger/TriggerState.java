package io.hydra.stream.trigger;

/**
 * The memory of the triggers for one user and task. Times are milliseconds of processing time.
 *
 * @param requested version last requested; 0 before the first
 * @param requestedAt the time of that request
 * @param seen latest version of the history
 * @param pendingSince the time at which the first change not yet requested was seen; only while
 *     pending
 * @param rebuilt since the last request the view began again, or an erasure took the heads
 */
public record TriggerState(
    long requested, long requestedAt, long seen, long pendingSince, boolean rebuilt) {
  static final TriggerState INITIAL = new TriggerState(0, 0, 0, 0, false);

  /** Tells whether there is a change that was not yet requested. */
  boolean pending() {
    return rebuilt || seen > requested;
  }
}
