package io.hydra.ingest;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An app's listener, whose failures stop no reading. Used by one thread. */
final class Listener<T> {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private final Consumer<T> app;
  private boolean failed;

  Listener(Consumer<T> app) {
    this.app = app;
  }

  void tell(T seen) {
    try {
      app.accept(seen);
    } catch (RuntimeException e) {
      if (!failed) {
        failed = true;
        log.warn(
            "a listener threw {}; further failures of it are not logged", e.getClass().getName());
      }
    }
  }
}
