package io.hydra.ingest.gateway.http;

import java.time.Duration;

/**
 * The bounds of what strangers may ask of the server.
 *
 * @param maxBodyBytes of one request
 * @param maxHeldBytes of the bodies of all requests that are under way, a quarter of them with one
 *     key, or one body
 * @param maxConnections beyond which none is accepted
 * @param idle after which a connection on which nothing moves is cut
 * @param bodyTime in which a body must have arrived, however steadily it trickles
 * @param grace for requests under way when the server stops
 */
public record Limits(
    int maxBodyBytes,
    long maxHeldBytes,
    int maxConnections,
    Duration idle,
    Duration bodyTime,
    Duration grace) {
  public static final Limits DEFAULT =
      new Limits(
          4 * 1024 * 1024,
          32L * 1024 * 1024,
          2_048,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15));
}
