package io.hydra.stream.retry;

import java.time.Duration;

/** How a thread waits. */
@FunctionalInterface
public interface Sleeper {
  /** Waits on the calling thread itself. */
  Sleeper THREAD = duration -> Thread.sleep(duration.toMillis());

  void sleep(Duration duration) throws InterruptedException;
}
