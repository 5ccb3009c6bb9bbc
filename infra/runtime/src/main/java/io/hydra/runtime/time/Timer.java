package io.hydra.runtime.time;

import java.time.Duration;

/** Runs short, non-blocking actions later. */
public interface Timer {
  /** Runs {@code action} once, after {@code delay}, on the timer's thread. */
  Task after(Duration delay, Runnable action);

  /** An action that has yet to run. */
  interface Task {
    /** Forgets the action; without effect if it has run. */
    void cancel();
  }
}
