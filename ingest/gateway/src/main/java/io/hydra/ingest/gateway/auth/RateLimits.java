package io.hydra.ingest.gateway.auth;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Requests that each key may make: a bucket that fills evenly and holds two seconds' worth. There
 * are as many buckets as keys have been seen. Thread-safe.
 */
public final class RateLimits {
  private static final int BURST_SECONDS = 2;
  private static final double NANOS = 1e9;

  private final int defaultRate;
  private final LongSupplier nanoClock;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

  /**
   * The verdict of a key's bucket on a request.
   *
   * @param allowed whether the request may go on
   * @param rate requests per second
   * @param remaining requests that may follow at once
   * @param retryAfterSeconds until there is room for one; 0 if there is
   */
  public record Grant(boolean allowed, int rate, int remaining, int retryAfterSeconds) {}

  /**
   * @param defaultRate requests per second of a key that names no rate of its own
   */
  public RateLimits(int defaultRate, LongSupplier nanoClock) {
    this.defaultRate = defaultRate;
    this.nanoClock = nanoClock;
  }

  /** Takes one request from the key's bucket, if there is one. */
  public Grant take(ApiKey key) {
    int rate = key.requestsPerSecond() == null ? defaultRate : key.requestsPerSecond();
    return buckets.computeIfAbsent(key.id(), id -> new Bucket(rate)).take(rate);
  }

  private final class Bucket {
    private double tokens;
    private long filledAt;

    Bucket(int rate) {
      this.tokens = (double) rate * BURST_SECONDS;
      this.filledAt = nanoClock.getAsLong();
    }

    synchronized Grant take(int rate) {
      long now = nanoClock.getAsLong();
      double gained = (now - filledAt) / NANOS * rate;
      tokens = Math.min((double) rate * BURST_SECONDS, tokens + gained);
      filledAt = now;
      if (tokens < 1) {
        return new Grant(false, rate, 0, (int) Math.ceil((1 - tokens) / rate));
      }
      tokens--;
      return new Grant(true, rate, (int) tokens, 0);
    }
  }
}
