package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hydra.schemas.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Redis itself speaks TLS, where its binary was built with it. */
class TlsTest {
  private static final RedisTimeouts TIMEOUTS = RedisTimeouts.all(Duration.ofSeconds(5));
  private static final int SLOTS = 16_384;

  @TempDir private static Path folder;
  private static TestKey trusted;
  private static TestKey ofAnotherHost;
  private static TestKey untrusted;

  @BeforeAll
  static void makeKeys() throws Exception {
    trusted = TestKey.create(folder, "dns:localhost,ip:127.0.0.1");
    ofAnotherHost = TestKey.create(folder, "dns:elsewhere.test");
    untrusted = TestKey.create(folder, "dns:localhost,ip:127.0.0.1");
    TestKey.trust(folder, trusted, ofAnotherHost);
  }

  private static RedisProcess server(TestKey key, String... settings) {
    try {
      return RedisProcess.tlsServer(folder, key, settings);
    } catch (IllegalStateException e) {
      assumeTrue(
          !e.getMessage().contains("Bad directive"), "this redis-server was built without TLS");
      throw e;
    }
  }

  private static UnifiedJedis open(String url, Object... words) {
    return RedisClients.open(RedisUrl.parse(url.formatted(words)), TIMEOUTS);
  }

  @Test
  void aTrustedServerOfTheRightNameIsSpokenTo() {
    try (RedisProcess redis = server(trusted, "--requirepass", "secret");
        UnifiedJedis byName = open("rediss://:secret@localhost:%d", redis.port());
        UnifiedJedis byAddress = open("rediss://:secret@127.0.0.1:%d/1", redis.port());
        UnifiedJedis plain = open("redis://:secret@127.0.0.1:%d", redis.port())) {
      assertThat(byName.ping()).isEqualTo("PONG");
      assertThat(byAddress.ping()).isEqualTo("PONG");
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(plain::ping);
    }
  }

  @Test
  void aTrustedServerOfAnotherNameIsRefused() {
    try (RedisProcess redis = server(ofAnotherHost);
        UnifiedJedis client = open("rediss://localhost:%d", redis.port())) {
      assertThatExceptionOfType(JedisConnectionException.class)
          .isThrownBy(client::ping)
          .withRootCauseInstanceOf(java.security.cert.CertificateException.class)
          .withStackTraceContaining("localhost");
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsRefused() {
    try (RedisProcess redis = server(untrusted);
        UnifiedJedis client = open("rediss://localhost:%d", redis.port())) {
      assertThatExceptionOfType(JedisConnectionException.class)
          .isThrownBy(client::ping)
          .withStackTraceContaining(SSLHandshakeException.class.getSimpleName());
    }
  }

  @Test
  void theSentinelAndItsPrimaryAreBothSpokenToInTls() {
    try (RedisProcess redis = server(trusted);
        RedisProcess sentinel =
            RedisProcess.sentinel(
                folder,
                List.of(
                    "tls-cert-file " + trusted.certificate(),
                    "tls-key-file " + trusted.privateKey(),
                    "tls-ca-cert-file " + trusted.certificate(),
                    "tls-auth-clients no",
                    "tls-replication yes",
                    "sentinel monitor people 127.0.0.1 " + redis.port() + " 1"));
        UnifiedJedis client = open("rediss-sentinel://localhost:%d/people", sentinel.port());
        Jedis admin = new Jedis("localhost", redis.port(), true)) {
      assertThat(client.set("k", "v")).isEqualTo("OK");
      assertThat(admin.get("k")).isEqualTo("v");
    }
  }

  @Test
  void theNodesOfAClusterAreSpokenToInTls() {
    try (RedisProcess redis = server(trusted, "--cluster-enabled", "yes", "--tls-cluster", "yes");
        Jedis admin = new Jedis("localhost", redis.port(), true);
        UnifiedJedis client = open("rediss-cluster://localhost:%d", redis.port())) {
      assertThat(admin.clusterAddSlots(IntStream.range(0, SLOTS).toArray())).isEqualTo("OK");
      Await.until("ready", () -> admin.clusterInfo().contains("cluster_state:ok"));
      try (AbstractPipeline pipeline = client.pipelined()) {
        Response<String> set = pipeline.set("k", "v");
        pipeline.sync();
        assertThat(set.get()).isEqualTo("OK");
      }
    }
  }
}
