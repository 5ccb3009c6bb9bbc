package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.schemas.config.Durations;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import redis.clients.jedis.UnifiedJedis;

/** Compares histories in Redis with what the definition says they must be. */
public final class HistoryCheck {
  private static final String CAPACITY = "HYDRA_HISTORY_CAPACITY";
  private static final String MAX_AGE = "HYDRA_HISTORY_MAX_AGE";
  private static final Pattern WHOLE = Pattern.compile("\\+?0*[1-9]\\d{0,8}");

  private final Histories histories;
  private final String task;
  private final HistoryLimits limits;

  public HistoryCheck(UnifiedJedis redis, String task, HistoryLimits limits) {
    this.histories = new Histories(redis);
    this.task = task;
    this.limits = limits;
  }

  public History read(LampUser user) {
    return histories.read(new UserKey(Demo.TENANT, user.id()), task);
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

  /**
   * The limits of a stack started from this environment: its components inherit it, and this is how
   * the stream processor reads it. Without a time to live, which drops whole histories.
   *
   * @throws UserException naming the variable that is malformed
   */
  public static HistoryLimits limits(Map<String, String> environment) {
    String capacity = environment.getOrDefault(CAPACITY, "200");
    if (!WHOLE.matcher(capacity).matches()) {
      throw new UserException(CAPACITY + " must be a whole number, at least 1");
    }
    try {
      Duration maxAge = Durations.parse(environment.getOrDefault(MAX_AGE, "0ms"));
      return new HistoryLimits(Integer.parseInt(capacity), maxAge, Duration.ZERO);
    } catch (IllegalArgumentException e) {
      throw new UserException(MAX_AGE + " " + e.getMessage(), e);
    }
  }
}
