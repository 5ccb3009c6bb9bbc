package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** A primary, its replica and a Sentinel, each with a password. */
class SentinelTest {
  private static final RedisTimeouts TIMEOUTS = RedisTimeouts.all(Duration.ofSeconds(5));

  @TempDir private static Path folder;

  private RedisProcess primary;
  private RedisProcess replica;
  private RedisProcess sentinel;

  @BeforeEach
  void start() {
    String[] passwords = {"--requirepass", "secret", "--masterauth", "secret"};
    primary = RedisProcess.server(folder, passwords);
    replica = RedisProcess.server(folder, passwords);
    try (Jedis admin = replica.connect()) {
      admin.auth("secret");
      var unused = admin.replicaof(RedisProcess.HOST, primary.port());
    }
    sentinel =
        RedisProcess.sentinel(
            folder,
            List.of(
                "requirepass watch",
                "sentinel monitor people 127.0.0.1 " + primary.port() + " 1",
                "sentinel auth-pass people secret",
                "sentinel down-after-milliseconds people 500",
                "sentinel failover-timeout people 3000"));
    try (Jedis admin = sentinel.connect()) {
      admin.auth("watch");
      Await.until(
          "the Sentinel knows a replica that is in step",
          () ->
              admin.sentinelReplicas("people").stream()
                  .anyMatch(r -> r.get("master-link-status").equals("ok")));
    }
  }

  @AfterEach
  void stop() {
    sentinel.close();
    replica.close();
    primary.close();
  }

  private UnifiedJedis open(String name) {
    String url =
        "redis-sentinel://:secret@127.0.0.1:%d/%s/2?sentinelPassword=watch"
            .formatted(sentinel.port(), name);
    return RedisClients.open(RedisUrl.parse(url), TIMEOUTS);
  }

  @Test
  void whenThePrimaryIsKilledCommandsReachTheReplicaThatTookOver() {
    try (UnifiedJedis client = open("people")) {
      client.set("before", "1");
      Await.until("replicated", () -> "1".equals(ofReplica("before")));

      primary.kill();

      Await.until("a write is taken", () -> "OK".equals(client.set("after", "2")));
      assertThat(ofReplica("after")).isEqualTo("2");
      try (AbstractPipeline pipeline = client.pipelined()) {
        Response<byte[]> before = pipeline.get("before".getBytes(StandardCharsets.UTF_8));
        pipeline.sync();
        assertThat(before.get()).isEqualTo("1".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** Asked each time by a new connection: a promotion ends those that there are. */
  private String ofReplica(String key) {
    try (Jedis admin = replica.connect()) {
      admin.auth("secret");
      admin.select(2);
      return admin.get(key);
    }
  }

  @Test
  void aClientIsOpenedWhileTheSentinelIsAwayAndFindsItLater() {
    sentinel.kill();
    try (UnifiedJedis client = open("people")) {
      RedisClients.dropIdle(client);
      assertThatExceptionOfType(JedisConnectionException.class)
          .isThrownBy(client::ping)
          .withMessageContaining("no Sentinel of redis-sentinel://:***@127.0.0.1")
          .withMessageNotContaining("secret");
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(client::pipelined);
      sentinel.start();
      assertThat(client.ping()).isEqualTo("PONG");
      RedisClients.dropIdle(client);
      assertThat(client.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void aPrimaryThatTheSentinelDoesNotKnowIsNamed() {
    try (UnifiedJedis client = open("nobody")) {
      assertThatExceptionOfType(JedisException.class)
          .isThrownBy(client::ping)
          .withMessageContaining("/nobody/2 know no such primary")
          .isNotInstanceOf(JedisConnectionException.class);
    }
  }

  @Test
  void aClosedClientSaysSo() {
    UnifiedJedis client = open("people");
    client.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(client::ping)
        .withMessage("this client is closed");
  }
}
