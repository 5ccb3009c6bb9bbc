package io.hydra.ingest.gateway.http;

/** Told of every reply. */
@FunctionalInterface
public interface Traffic {
  /**
   * @param route the path's template, or {@code none}
   * @param nanos since the request's first byte
   */
  void replied(String route, int status, long nanos);
}
