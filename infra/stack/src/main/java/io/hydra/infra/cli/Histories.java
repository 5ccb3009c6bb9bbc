package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.user.UserKey;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Reads what the system remembers of a user. */
final class Histories {
  private Histories() {}

  /**
   * @throws StackException if Redis does not answer or holds what cannot be read
   */
  static History read(RedisUrl address, UserKey user, String task) {
    try (UnifiedJedis redis = RedisClients.open(address, RedisTimeouts.DEFAULT)) {
      return new io.hydra.schemas.store.Histories(redis).read(user, task);
    } catch (JedisException e) {
      throw new StackException(
          "Redis at %s does not answer: check hydra status".formatted(address), e);
    } catch (CorruptValueException e) {
      throw new StackException("the history cannot be read: " + e.getMessage(), e);
    }
  }
}
