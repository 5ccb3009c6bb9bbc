package io.hydra.schemas.redis.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.testing.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

class ClusterTest {
  private static final byte[] APPEND =
      "redis.call('RPUSH', KEYS[1], ARGV[1]) return redis.call('LLEN', KEYS[1])".getBytes(UTF_8);

  @TempDir private static Path folder;

  private ClusterFixture cluster;
  private UnifiedJedis client;

  @BeforeEach
  void start() {
    cluster = new ClusterFixture(folder);
    client = cluster.open();
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  /** One key of each primary. */
  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < ClusterFixture.PRIMARIES; i++) {
      keys.add(ClusterFixture.keyOf(i, "u"));
    }
    return keys;
  }

  private byte[] loadEverywhere() {
    String sha = "";
    for (int i = 0; i < ClusterFixture.PRIMARIES; i++) {
      sha = cluster.admin(i).scriptLoad(new String(APPEND, UTF_8));
    }
    return sha.getBytes(UTF_8);
  }

  private static Response<Object> append(
      AbstractPipeline pipeline, byte[] sha, String key, String value) {
    return pipeline.evalsha(sha, 1, key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  @Test
  void oneBatchRunsAScriptOnEveryNode() {
    byte[] sha = loadEverywhere();
    List<Response<Object>> lengths = new ArrayList<>();
    try (AbstractPipeline pipeline = client.pipelined()) {
      for (int round = 0; round < 100; round++) {
        for (String key : keys()) {
          lengths.add(append(pipeline, sha, key, Integer.toString(round)));
        }
      }
      pipeline.sync();
    }
    for (int i = 0; i < lengths.size(); i++) {
      assertThat(lengths.get(i).get()).isEqualTo((long) i / ClusterFixture.PRIMARIES + 1);
    }
    for (int i = 0; i < ClusterFixture.PRIMARIES; i++) {
      assertThat(cluster.admin(i).dbSize()).isEqualTo(1);
    }
  }

  @Test
  void aNodeWithoutTheScriptRefusesItsCommandsAlone() {
    byte[] sha = cluster.admin(0).scriptLoad(new String(APPEND, UTF_8)).getBytes(UTF_8);
    try (AbstractPipeline pipeline = client.pipelined()) {
      List<Response<Object>> replies =
          keys().stream().map(key -> append(pipeline, sha, key, "v")).toList();
      Response<String> set = pipeline.set(keys().get(1) + "-other", "v");
      pipeline.sync();
      assertThat(replies.get(0).get()).isEqualTo(1L);
      assertThatExceptionOfType(JedisNoScriptException.class).isThrownBy(replies.get(1)::get);
      assertThatExceptionOfType(JedisNoScriptException.class).isThrownBy(replies.get(2)::get);
      assertThat(set.get()).isEqualTo("OK");
    }
    // The script's text loads it on whichever node it runs.
    try (AbstractPipeline pipeline = client.pipelined()) {
      for (String key : keys()) {
        var unused = pipeline.eval(APPEND, 1, key.getBytes(UTF_8), "v".getBytes(UTF_8));
      }
      Response<Object> again = append(pipeline, sha, keys().get(2), "w");
      pipeline.sync();
      assertThat(again.get()).isEqualTo(2L);
    }
  }

  @Test
  void aBatchFollowsASlotThatHasMoved() {
    byte[] sha = loadEverywhere();
    String key = keys().get(0);
    try (AbstractPipeline pipeline = client.pipelined()) {
      var unused = append(pipeline, sha, key, "0");
    }
    cluster.move(key, 0, 1);
    try (AbstractPipeline pipeline = client.pipelined()) {
      List<Response<Object>> lengths = new ArrayList<>();
      for (int i = 1; i < 10; i++) {
        lengths.add(append(pipeline, sha, key, Integer.toString(i)));
        var unused = append(pipeline, sha, keys().get(2), "v");
      }
      pipeline.sync();
      assertThat(lengths).extracting(r -> (Object) r.get()).endsWith(9L, 10L);
    }
    assertThat(cluster.admin(1).lrange(key, 0, -1))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void aBatchIsAnsweredWhileASlotMoves() {
    byte[] sha = loadEverywhere();
    String key = keys().get(0);
    try (AbstractPipeline pipeline = client.pipelined()) {
      var unused = append(pipeline, sha, key, "0");
    }
    cluster.beginMove(key, 0, 1);
    try (AbstractPipeline pipeline = client.pipelined()) {
      Response<Object> first = append(pipeline, sha, key, "1");
      Response<Object> second = append(pipeline, sha, key, "2");
      Response<Long> wrongType = pipeline.incr(key);
      pipeline.sync();
      assertThat(first.get()).isEqualTo(2L);
      assertThat(second.get()).isEqualTo(3L);
      assertThatExceptionOfType(JedisDataException.class)
          .isThrownBy(wrongType::get)
          .withMessageStartingWith("WRONGTYPE");
    }
    cluster.finishMove(key, 1);
    assertThat(cluster.admin(1).lrange(key, 0, -1)).containsExactly("0", "1", "2");
  }

  @Test
  void whenAPrimaryIsKilledTheBatchFailsUntilItsReplicaTookOver() {
    String key = keys().get(0);
    client.set(key, "before");
    Await.until(
        "replicated",
        () -> cluster.admin(ClusterFixture.PRIMARIES).info("keyspace").contains("keys=1"));

    cluster.node(0).kill();

    try (AbstractPipeline pipeline = client.pipelined()) {
      var unused = pipeline.get(key);
      unused = pipeline.get(keys().get(1));
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(pipeline::sync);
    }
    Await.until(
        "the replica answers",
        () -> {
          try (AbstractPipeline pipeline = client.pipelined()) {
            Response<String> value = pipeline.get(key);
            Response<String> written = pipeline.set(key + "-after", "v");
            pipeline.sync();
            return "before".equals(value.get()) && "OK".equals(written.get());
          }
        });
  }

  @Test
  void aClientIsOpenedWhileTheClusterIsAwayAndFindsItLater() {
    for (int i = 0; i <= ClusterFixture.PRIMARIES; i++) {
      cluster.node(i).kill();
    }
    try (UnifiedJedis early = cluster.open()) {
      RedisClients.dropIdle(early);
      assertThatExceptionOfType(JedisConnectionException.class)
          .isThrownBy(() -> early.get("k"))
          .withMessageContaining("no node of redis-cluster://127.0.0.1");
      AbstractPipeline pipeline = early.pipelined();
      var unused = pipeline.get("k");
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(pipeline::sync);
      for (int i = 0; i <= ClusterFixture.PRIMARIES; i++) {
        cluster.node(i).start();
      }
      Await.until("found", () -> "OK".equals(early.set("k", "v")));
      RedisClients.dropIdle(early);
      assertThat(early.get("k")).isEqualTo("v");
    }
  }

  @Test
  void aScanLooksIntoEveryNode() {
    keys().forEach(key -> client.set(key, "v"));
    ScanIteration scan = client.scanIteration(10, "{u*");
    assertThat(scan.collect(new ArrayList<>())).containsExactlyInAnyOrderElementsOf(keys());
  }

  @Test
  void aCommandOfSeveralSlotsOrNoneHasNoPlaceInABatch() {
    try (AbstractPipeline pipeline = client.pipelined()) {
      assertThatExceptionOfType(JedisClusterOperationException.class)
          .isThrownBy(() -> pipeline.mget(keys().toArray(String[]::new)));
      assertThatExceptionOfType(JedisClusterOperationException.class)
          .isThrownBy(() -> pipeline.eval("return 1"));
    }
  }
}
