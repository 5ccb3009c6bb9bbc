package io.hydra.infra.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/** What Redis says of its memory. */
final class Memory {
  private static final long POLL_MS = 200;
  private static final int POLLS = 300;

  private final RedisClient redis;

  Memory(RedisClient redis) {
    this.redis = redis;
  }

  /** Bytes in use, once no rewrite of the log holds buffers. */
  long usedBytes() throws InterruptedException {
    for (int i = 0; i < POLLS && field("persistence", "aof_rewrite_in_progress") != 0; i++) {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    return field("memory", "used_memory");
  }

  /** How many of the users have at least {@code capacity} items. */
  int full(EventTemplates templates, int users, int capacity) {
    List<Response<Long>> fields = new ArrayList<>(users);
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (int user = 0; user < users; user++) {
        fields.add(pipeline.hlen(Written.history(templates, user)));
      }
      pipeline.sync();
    }
    // One field more than items: the version.
    return (int) fields.stream().filter(length -> length.get() > capacity).count();
  }

  private long field(String section, String name) {
    return value(redis.info(section), name);
  }

  static long value(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Redis does not tell its " + name));
  }
}
