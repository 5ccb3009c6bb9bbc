package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import java.net.URI;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** Reads what the system remembers of a user. */
final class Histories {
  private Histories() {}

  /**
   * @throws StackException if Redis does not answer or holds what cannot be read
   */
  static History read(String redisUrl, UserKey user, String task) {
    URI address = URI.create(redisUrl);
    try (RedisClient redis =
        RedisClient.builder().hostAndPort(address.getHost(), address.getPort()).build()) {
      return History.fromHash(redis.hgetAll(RedisKeys.history(user, task)));
    } catch (JedisException e) {
      throw new StackException(
          "Redis at %s does not answer: check hydra status".formatted(redisUrl), e);
    } catch (CorruptValueException e) {
      throw new StackException("the history cannot be read: " + e.getMessage(), e);
    }
  }
}
