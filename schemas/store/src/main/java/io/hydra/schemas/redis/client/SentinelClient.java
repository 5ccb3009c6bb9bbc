package io.hydra.schemas.redis.client;

import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.executors.DefaultCommandExecutor;
import redis.clients.jedis.providers.SentineledConnectionProvider;

/** Talks to whichever server the Sentinels call the primary. */
final class SentinelClient extends UnifiedJedis {
  private final Lazy<SentineledConnectionProvider> primary;

  SentinelClient(Lazy<SentineledConnectionProvider> primary) {
    super(new DefaultCommandExecutor(primary), primary, RedisProtocol.RESP2, null);
    this.primary = primary;
  }

  void dropIdle() {
    primary.dropIdle();
  }
}
