package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.Demo.EventStream;
import io.hydra.infra.demo.DemoReport.Percentiles;
import io.hydra.infra.demo.Questions.Answers;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import redis.clients.jedis.UnifiedJedis;

/**
 * Publishes events at a steady pace and watches Redis, from outside, for each to reach the history
 * and then a head that has seen it; a verdict goes to the head alone. What is measured includes the
 * watching itself, about a millisecond.
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
  private final List<Double> eventToHistory = new ArrayList<>();
  private final List<Double> eventToHead = new ArrayList<>();
  private final List<Double> verdictToHead = new ArrayList<>();
  private int lateEvents;
  private int lateVerdicts;

  Freshness(UnifiedJedis redis, EventStream events, String task, String baseVersion) {
    this.redis = redis;
    this.histories = new Histories(redis);
    this.events = events;
    this.task = task;
    this.baseVersion = baseVersion;
  }

  /** Something that was published. Looked at until it has arrived. */
  private abstract static class UnderWay {
    private final long sentAt = System.nanoTime();

    double millis() {
      return (System.nanoTime() - sentAt) / 1e6;
    }

    abstract boolean hasArrived();
  }

  /**
   * Publishes each user's newest item. Ends when every event has arrived or is a minute late.
   *
   * @return events published
   */
  int measureEvents(List<LampUser> users) {
    List<LampUser> withItems = users.stream().filter(u -> !u.profile().isEmpty()).toList();
    lateEvents = watch(withItems.stream().<Supplier<UnderWay>>map(u -> () -> publish(u)).toList());
    return withItems.size();
  }

  /**
   * Has each user rewrite the answer they were given into their own. Ends when every head has
   * learned it or is a minute late.
   *
   * @return verdicts published
   */
  int measureVerdicts(List<Answers> answers) {
    lateVerdicts = watch(answers.stream().<Supplier<UnderWay>>map(a -> () -> judge(a)).toList());
    return answers.size();
  }

  /** Events that did not reach their history, or their head, within a minute. */
  int lateEvents() {
    return lateEvents;
  }

  /** Verdicts that did not reach a head within a minute. */
  int lateVerdicts() {
    return lateVerdicts;
  }

  Percentiles eventToHistory() {
    return Percentiles.of(eventToHistory);
  }

  Percentiles eventToHead() {
    return Percentiles.of(eventToHead);
  }

  Percentiles verdictToHead() {
    return Percentiles.of(verdictToHead);
  }

  /** Publishes one after the other; returns how many did not arrive in time. */
  private int watch(List<Supplier<UnderWay>> departures) {
    Deque<Supplier<UnderWay>> waiting = new ArrayDeque<>(departures);
    List<UnderWay> underWay = new ArrayList<>();
    long interval = Duration.ofSeconds(1).toNanos() / PACE;
    long nextAt = System.nanoTime();
    int late = 0;
    while (!waiting.isEmpty() || !underWay.isEmpty()) {
      long now = System.nanoTime();
      if (!waiting.isEmpty() && now >= nextAt) {
        underWay.add(waiting.remove().get());
        nextAt += interval;
      }
      underWay.removeIf(UnderWay::hasArrived);
      int before = underWay.size();
      underWay.removeIf(each -> each.millis() > PATIENCE.toMillis());
      late += before - underWay.size();
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return late;
  }

  private UnderWay publish(LampUser lampUser) {
    HistoryItem item = lampUser.profile().get(lampUser.profile().size() - 1);
    UserKey user = new UserKey(Demo.TENANT, lampUser.id());
    UnderWay event =
        new UnderWay() {
          /** The history's once the event is in it, 0 before. */
          private long version;

          @Override
          boolean hasArrived() {
            if (version == 0) {
              version = versionWith(user, item.eventId());
              if (version > 0) {
                eventToHistory.add(millis());
              }
              return false;
            }
            return arrived(heads(user).historyVersion() >= version, millis(), eventToHead);
          }
        };
    var unused = events.publish(lampUser, item);
    return event;
  }

  private UnderWay judge(Answers answers) {
    UserKey user = new UserKey(Demo.TENANT, answers.user().id());
    UnderWay verdict =
        new UnderWay() {
          @Override
          boolean hasArrived() {
            return arrived(heads(user).verdicts() > 0, millis(), verdictToHead);
          }
        };
    var unused = events.publishVerdict(answers);
    return verdict;
  }

  private static boolean arrived(boolean is, double millis, List<Double> times) {
    if (is) {
      times.add(millis);
    }
    return is;
  }

  /** The history's version if it holds the event, else 0. */
  private long versionWith(UserKey user, String eventId) {
    History history = histories.read(user, task);
    return history.items().stream().anyMatch(item -> item.eventId().equals(eventId))
        ? history.version()
        : 0;
  }

  private Heads heads(UserKey user) {
    return UserStateReader.readHeads(redis, user, task, baseVersion);
  }
}
