package io.hydra.infra.demo;

import io.hydra.infra.StackException;
import io.hydra.schemas.lamp.LampUser;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;

/** Compares histories in Redis with what plain Java says they must be. */
public final class HistoryCheck {
  private final UnifiedJedis redis;
  private final String tenant;
  private final String task;
  private final int capacity;

  /**
   * @param capacity most items that a history keeps
   */
  public HistoryCheck(UnifiedJedis redis, String tenant, String task, int capacity) {
    this.redis = redis;
    this.tenant = tenant;
    this.task = task;
    this.capacity = capacity;
  }

  /** The newest distinct items, oldest first: the definition of a history. */
  static List<HistoryItem> expected(List<HistoryItem> items, int capacity) {
    List<HistoryItem> sorted = items.stream().distinct().sorted(HistoryItem.OLDEST_FIRST).toList();
    return sorted.subList(Math.max(0, sorted.size() - capacity), sorted.size());
  }

  public History read(LampUser user) {
    return History.fromHash(redis.hgetAll(RedisKeys.history(new UserKey(tenant, user.id()), task)));
  }

  /** Users whose history is not, item for item, what it must be. */
  public List<String> wrong(List<LampUser> users) {
    List<String> wrong = new ArrayList<>();
    for (LampUser user : users) {
      if (!read(user).items().equals(expected(user.profile(), capacity))) {
        wrong.add(user.id());
      }
    }
    return wrong;
  }

  /** How many of these users' items can be found so far. */
  int present(List<LampUser> users) {
    if (users.isEmpty()) {
      throw new StackException("there are no users to check");
    }
    return users.stream().mapToInt(u -> read(u).items().size()).sum();
  }
}
