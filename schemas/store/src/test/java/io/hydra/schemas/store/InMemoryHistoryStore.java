package io.hydra.schemas.store;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The oracle: never drops an event, an erased one neither. A history is read off the newest end of
 * all that its user and task ever had, and what a write did is told by comparing before and after.
 */
public final class InMemoryHistoryStore implements HistoryStore {
  private final HistoryLimits limits;
  private final Map<UserKey, Map<String, Log>> users = new HashMap<>();
  private final Map<UserKey, Long> erased = new HashMap<>();

  /** All events of one user and task, for each id the greatest. */
  private static final class Log {
    final Map<String, Write> byId = new HashMap<>();
    final NavigableSet<Write> newestFirst =
        new TreeSet<>(
            Comparator.comparingLong(Write::occurredAt)
                .thenComparing(
                    write -> write.eventId().getBytes(StandardCharsets.UTF_8),
                    Arrays::compareUnsigned)
                .reversed());
    long version;

    void add(Write write) {
      Write known = byId.get(write.eventId());
      if (known == null || isGreater(write, known)) {
        if (known != null) {
          newestFirst.remove(known);
        }
        byId.put(write.eventId(), write);
        newestFirst.add(write);
      }
    }

    private static boolean isGreater(Write a, Write b) {
      return a.occurredAt() == b.occurredAt()
          ? Arrays.compareUnsigned(a.item(), b.item()) > 0
          : a.occurredAt() > b.occurredAt();
    }
  }

  public InMemoryHistoryStore(HistoryLimits limits) {
    this.limits = limits;
  }

  @Override
  public List<Outcome> write(List<Write> writes) {
    return writes.stream().map(this::write).toList();
  }

  private Outcome write(Write write) {
    Log log = log(write.user(), write.task());
    Optional<Write> before = find(log, write);
    log.add(write);
    Effect effect = effect(write, before, find(log, write));
    if (effect == Effect.ENTERED) {
      log.version++;
    }
    return new Outcome(log.version, effect);
  }

  private Log log(UserKey user, String task) {
    return users.computeIfAbsent(user, u -> new TreeMap<>()).computeIfAbsent(task, t -> new Log());
  }

  private Optional<Write> find(Log log, Write write) {
    return history(log, erasedUpTo(write.user())).stream()
        .filter(item -> item.eventId().equals(write.eventId()))
        .findFirst();
  }

  private long erasedUpTo(UserKey user) {
    return erased.getOrDefault(user, 0L);
  }

  private Effect effect(Write write, Optional<Write> before, Optional<Write> after) {
    if (write.occurredAt() <= erasedUpTo(write.user())) {
      return Effect.ERASED;
    }
    if (before.isEmpty()) {
      return after.isEmpty() ? Effect.TOO_OLD : Effect.ENTERED;
    }
    return after.get() == before.get() ? Effect.REPEATED : Effect.REPLACED;
  }

  @Override
  public Erased erase(Erasure erasure) {
    long before = erasedUpTo(erasure.user());
    long after = Math.max(before, erasure.upTo());
    erased.put(erasure.user(), after);
    int removed = 0;
    int kept = 0;
    List<Erased.Left> left = new ArrayList<>();
    for (Map.Entry<String, Log> entry : users.getOrDefault(erasure.user(), Map.of()).entrySet()) {
      Log log = entry.getValue();
      int here = history(log, after).size();
      int gone = history(log, before).size() - here;
      removed += gone;
      kept += here;
      if (here == 0) {
        log.version = 0;
      } else {
        log.version += gone > 0 ? 1 : 0;
        left.add(new Erased.Left(entry.getKey(), log.version));
      }
    }
    return new Erased(removed, kept, left);
  }

  /** Oldest first. */
  private Deque<Write> history(Log log, long erasedUpTo) {
    Deque<Write> history = new ArrayDeque<>();
    for (Write write : log.newestFirst) {
      boolean tooOld =
          !history.isEmpty()
              && !limits.maxAge().isZero()
              && write.occurredAt() < history.getLast().occurredAt() - limits.maxAge().toMillis();
      if (write.occurredAt() <= erasedUpTo || tooOld || history.size() == limits.capacity()) {
        break;
      }
      history.addFirst(write);
    }
    return history;
  }

  public long version(String userKey, String task) {
    return log(UserKey.parse(userKey), task).version;
  }

  /** Oldest first. */
  public List<HistoryItem> items(String userKey, String task) {
    return writes(userKey, task).stream()
        .map(write -> HistoryItemCodec.decode(write.eventId(), write.item()))
        .toList();
  }

  /** The writes that {@link #items} are of. */
  List<Write> writes(String userKey, String task) {
    UserKey user = UserKey.parse(userKey);
    return List.copyOf(history(log(user, task), erasedUpTo(user)));
  }

  @Override
  public void close() {}
}
