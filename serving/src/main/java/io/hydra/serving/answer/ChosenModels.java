package io.hydra.serving.answer;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.BaseChoices;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Several bases, and the operators' choice among them as it was last read. While it cannot be read
 * the last one holds. Tenants that nothing, or a base that is not here, was chosen for are answered
 * by the first base.
 */
public final class ChosenModels implements Models {
  private static final Logger log = LoggerFactory.getLogger(ChosenModels.class);

  /** The pause between two looks at what was chosen. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Model first;
  private final Map<String, Model> byVersion = new HashMap<>();
  private final Supplier<BaseChoices> source;
  private final Outage redis;
  private final Set<String> unknown = new HashSet<>();
  private volatile BaseChoices choices = BaseChoices.NONE;

  /**
   * @param models the first one answers where nothing was chosen
   * @param source reads what was chosen
   */
  public ChosenModels(List<Model> models, Supplier<BaseChoices> source) {
    this.first = models.get(0);
    models.forEach(model -> byVersion.put(model.baseVersion(), model));
    this.source = source;
    this.redis = new Outage("Redis (choice of bases)");
  }

  @Override
  public Model of(String tenant) {
    return choices.of(tenant).map(byVersion::get).orElse(first);
  }

  /** The tasks of all bases. */
  public TaskCatalogue tasks() {
    return byVersion.values().stream()
        .map(Model::tasks)
        .reduce(first.tasks(), TaskCatalogue::withMissingFrom);
  }

  /** The catalogue of a base; the first base's if that one is not here. */
  public TaskCatalogue tasks(String baseVersion) {
    return byVersion.getOrDefault(baseVersion, first).tasks();
  }

  /** Reads what was chosen. Called on a thread that may block on Redis, again and again. */
  public void refresh() {
    try {
      choices = source.get();
      redis.ended();
    } catch (JedisException e) {
      redis.began(RedisFault.reason(e));
    }
    choices
        .byTenant()
        .forEach(
            (tenant, version) -> {
              if (!byVersion.containsKey(version) && unknown.add(tenant + ' ' + version)) {
                log.warn(
                    "base {} was chosen for tenant {}, but is not here: base {} answers; start"
                        + " serving with both, or choose again",
                    version,
                    tenant,
                    first.baseVersion());
              }
            });
  }
}
