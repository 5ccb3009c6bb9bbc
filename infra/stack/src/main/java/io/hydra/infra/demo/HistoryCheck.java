package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;

/** Compares histories in Redis with what the definition says they must be. */
public final class HistoryCheck {
  private final Histories histories;
  private final String tenant;
  private final String task;
  private final HistoryLimits limits;

  /**
   * @param limits what a history keeps
   */
  public HistoryCheck(UnifiedJedis redis, String tenant, String task, HistoryLimits limits) {
    this.histories = new Histories(redis);
    this.tenant = tenant;
    this.task = task;
    this.limits = limits;
  }

  public History read(LampUser user) {
    return histories.read(new UserKey(tenant, user.id()), task);
  }

  /** Users whose history is not, item for item, what it must be. */
  public List<String> wrong(List<LampUser> users) {
    List<String> wrong = new ArrayList<>();
    for (LampUser user : users) {
      if (!read(user).items().equals(limits.keep(user.profile(), 0))) {
        wrong.add(user.id());
      }
    }
    return wrong;
  }
}
