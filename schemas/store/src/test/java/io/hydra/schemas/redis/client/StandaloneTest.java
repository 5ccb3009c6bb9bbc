package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ConnectionProvider;

class StandaloneTest {
  private static final RedisTimeouts TIMEOUTS = RedisTimeouts.all(Duration.ofSeconds(5));

  @TempDir private static Path folder;

  private static UnifiedJedis open(String url) {
    return RedisClients.open(RedisUrl.parse(url), TIMEOUTS);
  }

  @Test
  void theUserAndTheDatabaseAreThoseOfTheUrl() {
    try (RedisProcess redis =
            RedisProcess.server(folder, "--user", "ann", "on", ">p@ss:w/rd", "~*", "+@all");
        UnifiedJedis ann = open("redis://ann:p%40ss%3Aw%2Frd@127.0.0.1:" + redis.port() + "/3");
        Jedis admin = redis.connect()) {
      ann.set("k", "v");
      assertThat(admin.aclWhoAmI()).isEqualTo("default");
      assertThat(admin.get("k")).isNull();
      admin.select(3);
      assertThat(admin.get("k")).isEqualTo("v");
      assertThat(admin.clientList()).contains("user=ann");
    }
  }

  @Test
  void aPasswordWithoutUserIsTheDefaultUsers() {
    try (RedisProcess redis = RedisProcess.server(folder, "--requirepass", "secret");
        UnifiedJedis client = open("redis://:secret@127.0.0.1:" + redis.port());
        UnifiedJedis wrong = open("redis://:wrong@127.0.0.1:" + redis.port())) {
      assertThat(client.ping()).isEqualTo("PONG");
      assertThatExceptionOfType(JedisAccessControlException.class)
          .isThrownBy(wrong::ping)
          .withMessageStartingWith("WRONGPASS");
    }
  }

  @Test
  void aClientIsOpenedWhileRedisIsAwayAndFindsItLater() {
    RedisProcess redis = RedisProcess.server(folder);
    redis.kill();
    try (redis;
        UnifiedJedis client = open("redis://127.0.0.1:" + redis.port())) {
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(client::ping);
      redis.start();
      assertThat(client.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void withoutIdleConnectionsARestartIsNotNoticed() {
    try (RedisProcess redis = RedisProcess.server(folder);
        UnifiedJedis client = open("redis://127.0.0.1:" + redis.port())) {
      assertThat(client.ping()).isEqualTo("PONG");
      redis.kill();
      redis.start();
      RedisClients.dropIdle(client);
      assertThat(client.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void onlyItsOwnClientsHaveTheirIdleConnectionsDropped() {
    Lazy<ConnectionProvider> nobody =
        new Lazy<>(
            () -> {
              throw new JedisConnectionException("nobody");
            });
    try (UnifiedJedis foreign = new UnifiedJedis(nobody, 1, Duration.ofSeconds(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RedisClients.dropIdle(foreign))
          .withMessageStartingWith("not opened by RedisClients");
    }
  }

  @Test
  void noMoreConnectionsAreMadeThanAllowedAndTheyCarryTheName() {
    RedisTimeouts impatient =
        new RedisTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1));
    try (RedisProcess redis = RedisProcess.server(folder);
        Jedis admin = redis.connect();
        UnifiedJedis client =
            RedisClients.open(
                RedisUrl.parse("redis://127.0.0.1:" + redis.port()), impatient, 1, "a-program");
        AbstractPipeline holding = client.pipelined()) {
      assertThatExceptionOfType(JedisException.class).isThrownBy(client::ping);
      Response<String> set = holding.set("k", "v");
      holding.sync();
      assertThat(set.get()).isEqualTo("OK");
      assertThat(admin.clientList()).containsOnlyOnce("name=a-program");
    }
  }
}
