package io.hydra.stream.rebuild;

import io.hydra.schemas.store.RebuildException;
import java.util.OptionalLong;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Two views side by side take twice the memory. A rebuild that fills the server would stop the live
 * job, or make the server evict: it gives up before that. Looks at a single server with a {@code
 * maxmemory}; the nodes of a cluster are not asked.
 */
final class MemoryGuard {
  private static final double FULL = 0.9;

  private final UnifiedJedis redis;

  MemoryGuard(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * @throws RebuildException if memory is nearly used up
   */
  void check() {
    String info;
    try {
      info = redis.info("memory");
    } catch (JedisException | UnsupportedOperationException e) {
      return;
    }
    OptionalLong used = field(info, "used_memory:");
    OptionalLong most = field(info, "maxmemory:");
    if (used.isPresent() && most.orElse(0) > 0 && used.getAsLong() > FULL * most.getAsLong()) {
      throw new RebuildException(
          "Redis uses %d MB of its %d MB, and the new histories stand beside the old ones: raise maxmemory and run the rebuild again"
              .formatted(used.getAsLong() >> 20, most.getAsLong() >> 20));
    }
  }

  private static OptionalLong field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).trim()))
        .findFirst();
  }
}
