package io.hydra.infra.lag.services;

import io.hydra.infra.lag.services.Scrape.Series;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The scrapes of one service over the last minute. Used by one thread at a time. */
final class Window {
  static final Duration LENGTH = Duration.ofMinutes(1);

  private final Deque<Scrape> scrapes = new ArrayDeque<>();

  void add(Scrape scrape) {
    scrapes.add(scrape);
    expire(scrape.nanos());
  }

  /** Forgets what is older than a minute. */
  void expire(long nanos) {
    while (!scrapes.isEmpty() && nanos - scrapes.peek().nanos() > LENGTH.toNanos()) {
      scrapes.remove();
    }
  }

  /** The newest values; empty if there are none of the last minute. */
  Map<Series, Double> values() {
    return scrapes.isEmpty() ? Map.of() : scrapes.getLast().values();
  }

  /**
   * The rise of counters and buckets in a second; empty if there are not two scrapes to compare. A
   * value that fell belongs to a restarted process and counts from 0, as does a series that was not
   * there before.
   */
  Map<Series, Double> perSecond() {
    if (scrapes.size() < 2) {
      return Map.of();
    }
    double seconds = (scrapes.getLast().nanos() - scrapes.getFirst().nanos()) / 1e9;
    Map<Series, Double> rates = new HashMap<>();
    Scrape before = null;
    for (Scrape scrape : scrapes) {
      if (before != null) {
        Map<Series, Double> old = before.values();
        scrape
            .values()
            .forEach(
                (series, value) -> {
                  if (series.isCumulative()) {
                    double from = old.getOrDefault(series, 0.0);
                    double rise = value >= from ? value - from : value;
                    rates.merge(series, rise / seconds, Double::sum);
                  }
                });
      }
      before = scrape;
    }
    return rates;
  }
}
