package io.hydra.schemas.redis.client;

import io.hydra.schemas.testing.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.MigrateParams;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Three primaries that share the slots, and one replica of the first. */
public final class ClusterFixture implements AutoCloseable {
  public static final int PRIMARIES = 3;
  private static final int SLOTS = 16_384;

  private final List<RedisProcess> nodes = new ArrayList<>();
  private final List<Jedis> admins = new ArrayList<>();

  public ClusterFixture(Path folder) {
    for (int i = 0; i <= PRIMARIES; i++) {
      RedisProcess node =
          RedisProcess.server(
              folder,
              "--cluster-enabled",
              "yes",
              "--cluster-node-timeout",
              "1000",
              "--cluster-require-full-coverage",
              "no");
      nodes.add(node);
      admins.add(node.connect());
    }
    for (int i = 1; i <= PRIMARIES; i++) {
      var unused = admins.get(i).clusterMeet(RedisProcess.HOST, nodes.get(0).port());
    }
    for (int i = 0; i < PRIMARIES; i++) {
      var unused = admins.get(i).clusterAddSlots(slotsOf(i));
    }
    Jedis replica = admins.get(PRIMARIES);
    Await.until("the replica has met its primary", () -> replica.clusterNodes().contains(id(0)));
    var unused = replica.clusterReplicate(id(0));
    awaitAgreement();
    Await.until(
        "the replica is in step", () -> replica.info("replication").contains("link_status:up"));
  }

  private static int[] slotsOf(int primary) {
    return IntStream.range(SLOTS * primary / PRIMARIES, SLOTS * (primary + 1) / PRIMARIES)
        .toArray();
  }

  private void awaitAgreement() {
    for (Jedis admin : admins) {
      Await.until(
          "each node sees the whole cluster",
          () ->
              admin.clusterInfo().contains("cluster_state:ok")
                  && admin.clusterInfo().contains("cluster_slots_ok:" + SLOTS)
                  && admin.clusterNodes().lines().count() == PRIMARIES + 1
                  && !admin.clusterNodes().contains("handshake")
                  && admin.clusterNodes().contains("slave " + id(0)));
    }
  }

  private String id(int node) {
    return admins.get(node).clusterMyId();
  }

  RedisUrl url() {
    return RedisUrl.parse(
        nodes.subList(0, PRIMARIES).stream()
            .map(node -> node.address().toString())
            .collect(Collectors.joining(",", "redis-cluster://", "")));
  }

  public UnifiedJedis open() {
    return RedisClients.open(url(), RedisTimeouts.DEFAULT);
  }

  RedisProcess node(int number) {
    return nodes.get(number);
  }

  Jedis admin(int number) {
    return admins.get(number);
  }

  /** A key that the primary held when the cluster was made. */
  public static String keyOf(int primary, String name) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "{" + name + i + "}:key")
        .filter(key -> JedisClusterCRC16.getSlot(key) * PRIMARIES / SLOTS == primary)
        .findFirst()
        .orElseThrow();
  }

  /** Between this and {@link #finishMove} clients are sent to and fro with ASK. */
  void beginMove(String key, int from, int to) {
    int slot = JedisClusterCRC16.getSlot(key);
    var unused = admins.get(to).clusterSetSlotImporting(slot, id(from));
    unused = admins.get(from).clusterSetSlotMigrating(slot, id(to));
    List<String> keys = admins.get(from).clusterGetKeysInSlot(slot, 100);
    if (!keys.isEmpty()) {
      unused =
          admins
              .get(from)
              .migrate(
                  RedisProcess.HOST,
                  nodes.get(to).port(),
                  Protocol.DEFAULT_TIMEOUT,
                  MigrateParams.migrateParams(),
                  keys.toArray(String[]::new));
    }
  }

  void finishMove(String key, int to) {
    int slot = JedisClusterCRC16.getSlot(key);
    // The new holder first, so that it never sends clients back.
    var unused = admins.get(to).clusterSetSlotNode(slot, id(to));
    for (int i = 0; i < PRIMARIES; i++) {
      unused = admins.get(i).clusterSetSlotNode(slot, id(to));
    }
  }

  void move(String key, int from, int to) {
    beginMove(key, from, to);
    finishMove(key, to);
  }

  @Override
  public void close() {
    admins.forEach(Jedis::close);
    nodes.forEach(RedisProcess::close);
  }
}
