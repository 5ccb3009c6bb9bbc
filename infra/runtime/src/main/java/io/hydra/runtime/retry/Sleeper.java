package io.hydra.runtime.retry;

import java.time.Duration;

/** A way for a thread to wait. */
@FunctionalInterface
public interface Sleeper {
  /** Waits on the calling thread itself. */
  Sleeper THREAD = duration -> Thread.sleep(duration.toMillis());

  void sleep(Duration duration) throws InterruptedException;
}
