package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.stack.HistoryBounds;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.client.ViewCache;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import redis.clients.jedis.UnifiedJedis;

/** Compares histories in Redis with what plain Java says they must be. */
public final class HistoryCheck {
  private static final Comparator<HistoryItem> BY_TIME_THEN_BYTES =
      Comparator.comparingLong(HistoryItem::occurredAt)
          .thenComparing(HistoryItemCodec::encode, Arrays::compareUnsigned);

  private final ViewCache views = new ViewCache();
  private final UnifiedJedis redis;
  private final String tenant;
  private final String task;
  private final HistoryBounds bounds;

  /**
   * @param bounds what a history keeps
   */
  public HistoryCheck(UnifiedJedis redis, String tenant, String task, HistoryBounds bounds) {
    this.redis = redis;
    this.tenant = tenant;
    this.task = task;
    this.bounds = bounds;
  }

  /**
   * The definition of a history: of each event id the greatest item by time, then bytes; of these
   * the newest, none older than the age limit before the newest; oldest first.
   */
  static List<HistoryItem> expected(List<HistoryItem> items, HistoryBounds bounds) {
    Map<String, HistoryItem> greatest = new HashMap<>();
    items.forEach(
        item -> greatest.merge(item.eventId(), item, BinaryOperator.maxBy(BY_TIME_THEN_BYTES)));
    List<HistoryItem> sorted = greatest.values().stream().sorted(HistoryItem.OLDEST_FIRST).toList();
    if (sorted.isEmpty()) {
      return sorted;
    }
    long maxAge = bounds.maxAge().toMillis();
    long newest = sorted.get(sorted.size() - 1).occurredAt();
    List<HistoryItem> young =
        sorted.stream().filter(i -> maxAge == 0 || i.occurredAt() >= newest - maxAge).toList();
    return young.subList(Math.max(0, young.size() - bounds.capacity()), young.size());
  }

  public History read(LampUser user) {
    return views.history(redis, new UserKey(tenant, user.id()), task);
  }

  /** Users whose history is not, item for item, what it must be. */
  public List<String> wrong(List<LampUser> users) {
    List<String> wrong = new ArrayList<>();
    for (LampUser user : users) {
      if (!read(user).items().equals(expected(user.profile(), bounds))) {
        wrong.add(user.id());
      }
    }
    return wrong;
  }
}
