package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/** A cluster of one node: keys of a command must share a slot, the pointer is asked for apart. */
class RedisClusterHistoryStoreTest extends HistoryStoreContract {
  private static final int SLOTS = 16384;
  @TempDir private static Path directory;
  private static EmbeddedRedis redis;

  @BeforeAll
  static void start() {
    redis = new EmbeddedRedis("cluster-enabled yes", "dir " + directory);
    String[] addSlots =
        IntStream.range(-1, SLOTS)
            .mapToObj(slot -> slot < 0 ? "ADDSLOTS" : Integer.toString(slot))
            .toArray(String[]::new);
    redis.client().sendCommand(Protocol.Command.CLUSTER, addSlots);
    while (!clusterInfo().contains("cluster_state:ok")) {
      Thread.onSpinWait();
    }
  }

  private static String clusterInfo() {
    byte[] info = (byte[]) redis.client().sendCommand(Protocol.Command.CLUSTER, "INFO");
    return new String(info, StandardCharsets.UTF_8);
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Override
  HistoryStore open(HistoryLimits limits) {
    redis.client().flushAll();
    HostAndPort node = new HostAndPort(redis.url().getHost(), redis.url().getPort());
    return RedisHistoryStore.ofCurrentView(
        RedisClients.open(RedisUrl.parse("redis-cluster://" + node), RedisTimeouts.DEFAULT),
        limits);
  }

  @Override
  Stored stored(HistoryStore store, String userKey, String task) {
    return Stored.in(redis.client(), View.ORIGINAL, userKey, task);
  }

  @Test
  void batchAfterThePointerMovedIsWrittenToTheNewView() {
    View next = new View("next");
    try (HistoryStore store = open(limits(3, 0))) {
      store.write(List.of(write("a", 1)));
      redis.client().set(StoreLayout.currentView(), next.toBytes());
      assertThat(store.write(List.of(write("b", 2), write("c", 3))))
          .containsExactly(entered(1), entered(2));
      assertThat(Stored.in(redis.client(), next, USER, TASK).items()).hasSize(2);
    }
  }
}
