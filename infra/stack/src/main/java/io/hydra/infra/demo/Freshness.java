package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.Demo.EventStream;
import io.hydra.infra.demo.DemoReport.Percentiles;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.UnifiedJedis;

/**
 * Publishes each user's newest item at a steady pace and watches Redis, from outside, for it to
 * reach the history and then a head that has seen it. What is measured includes the watching
 * itself, about a millisecond.
 */
final class Freshness {
  /** Events per second, as of a small app: the path is measured, not a queue. */
  private static final int PACE = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(1);

  private final Histories histories;
  private final UnifiedJedis redis;
  private final EventStream events;
  private final String task;
  private final String baseVersion;
  private final List<Double> toHistory = new ArrayList<>();
  private final List<Double> toHead = new ArrayList<>();
  private int late;

  Freshness(UnifiedJedis redis, EventStream events, String task, String baseVersion) {
    this.redis = redis;
    this.histories = new Histories(redis);
    this.events = events;
    this.task = task;
    this.baseVersion = baseVersion;
  }

  /** An event under way. {@code version}: the history's once the event is in it, 0 before. */
  private static final class UnderWay {
    final UserKey user;
    final String eventId;
    final long sentAt;
    long version;

    UnderWay(UserKey user, String eventId, long sentAt) {
      this.user = user;
      this.eventId = eventId;
      this.sentAt = sentAt;
    }
  }

  /**
   * Ends when every event has arrived or is a minute late.
   *
   * @return events published
   */
  int measure(List<LampUser> users) {
    Deque<LampUser> waiting = new ArrayDeque<>();
    users.stream().filter(u -> !u.profile().isEmpty()).forEach(waiting::add);
    int published = waiting.size();
    List<UnderWay> underWay = new ArrayList<>();
    long interval = Duration.ofSeconds(1).toNanos() / PACE;
    long nextAt = System.nanoTime();
    while (!waiting.isEmpty() || !underWay.isEmpty()) {
      long now = System.nanoTime();
      if (!waiting.isEmpty() && now >= nextAt) {
        underWay.add(publish(waiting.remove()));
        nextAt += interval;
      }
      look(underWay);
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return published;
  }

  /** Events that did not reach their history, or their head, within a minute. */
  int late() {
    return late;
  }

  Percentiles eventToHistory() {
    return Percentiles.of(toHistory);
  }

  Percentiles eventToHead() {
    return Percentiles.of(toHead);
  }

  private UnderWay publish(LampUser user) {
    HistoryItem item = user.profile().get(user.profile().size() - 1);
    UnderWay event =
        new UnderWay(new UserKey(Demo.TENANT, user.id()), item.eventId(), System.nanoTime());
    var unused = events.publish(user, item);
    return event;
  }

  private void look(List<UnderWay> underWay) {
    for (Iterator<UnderWay> all = underWay.iterator(); all.hasNext(); ) {
      UnderWay event = all.next();
      double millis = (System.nanoTime() - event.sentAt) / 1e6;
      if (millis > PATIENCE.toMillis()) {
        late++;
        all.remove();
      } else if (event.version == 0) {
        event.version = versionWith(event);
        if (event.version > 0) {
          toHistory.add((System.nanoTime() - event.sentAt) / 1e6);
        }
      } else if (headVersion(event.user) >= event.version) {
        toHead.add((System.nanoTime() - event.sentAt) / 1e6);
        all.remove();
      }
    }
  }

  /** The history's version if it holds the event, else 0. */
  private long versionWith(UnderWay event) {
    History history = histories.read(event.user, task);
    return history.items().stream().anyMatch(item -> item.eventId().equals(event.eventId))
        ? history.version()
        : 0;
  }

  private long headVersion(UserKey user) {
    return UserStateReader.readHeads(redis, user, task, baseVersion).historyVersion();
  }
}
