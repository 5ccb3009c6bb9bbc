package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RedisEvictionTest {
  @TempDir private static Path folder;

  private static UnifiedJedis open(String url) {
    return RedisClients.open(RedisUrl.parse(url), RedisTimeouts.DEFAULT);
  }

  @Test
  void aServerThatEvictsIsRefusedByTheNameOfItsSetting() {
    try (RedisProcess redis = RedisProcess.server(folder, "--maxmemory-policy", "allkeys-lru");
        UnifiedJedis client = open("redis://127.0.0.1:" + redis.port())) {
      assertThatExceptionOfType(RedisEviction.EvictsException.class)
          .isThrownBy(() -> RedisEviction.requireNone(client))
          .withMessageContaining("maxmemory-policy allkeys-lru")
          .withMessageContaining("set maxmemory-policy noeviction");
    }
  }

  @Test
  void aServerThatEvictsNothingPasses() {
    try (RedisProcess redis = RedisProcess.server(folder);
        UnifiedJedis client = open("redis://127.0.0.1:" + redis.port())) {
      assertThatCode(() -> RedisEviction.requireNone(client)).doesNotThrowAnyException();
    }
  }

  @Test
  void aServerThatDoesNotTellPasses() {
    try (RedisProcess redis =
            RedisProcess.server(
                folder, "--user", "ann", "on", ">secret", "~*", "+@all", "-config", "-info");
        UnifiedJedis client = open("redis://ann:secret@127.0.0.1:" + redis.port())) {
      assertThatCode(() -> RedisEviction.requireNone(client)).doesNotThrowAnyException();
    }
  }

  @Test
  void theSettingIsFoundBySecondMeansWhereOneIsForbidden() {
    try (RedisProcess redis =
            RedisProcess.server(
                folder,
                "--maxmemory-policy",
                "volatile-ttl",
                "--user",
                "ann",
                "on",
                ">secret",
                "~*",
                "+@all",
                "-info");
        UnifiedJedis client = open("redis://ann:secret@127.0.0.1:" + redis.port())) {
      assertThatExceptionOfType(RedisEviction.EvictsException.class)
          .isThrownBy(() -> RedisEviction.requireNone(client));
    }
  }

  @Test
  void aServerThatIsAwayIsNotTakenForOneThatDoesNotTell() {
    RedisProcess redis = RedisProcess.server(folder);
    redis.kill();
    try (redis;
        UnifiedJedis client = open("redis://127.0.0.1:" + redis.port())) {
      assertThatExceptionOfType(JedisConnectionException.class)
          .isThrownBy(() -> RedisEviction.requireNone(client));
    }
  }

  @Test
  void oneNodeOfAClusterThatEvictsIsFound() {
    try (ClusterFixture cluster = new ClusterFixture(folder);
        UnifiedJedis client = cluster.open()) {
      assertThatCode(() -> RedisEviction.requireNone(client)).doesNotThrowAnyException();
      Jedis last = cluster.admin(ClusterFixture.PRIMARIES - 1);
      last.configSet("maxmemory-policy", "allkeys-random");
      assertThatExceptionOfType(RedisEviction.EvictsException.class)
          .isThrownBy(() -> RedisEviction.requireNone(client))
          .withMessageContaining("allkeys-random");
    }
  }
}
