package io.hydra.schemas.redis.client;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/** The nodes of a cluster, who holds which slot, and single commands that follow redirections. */
final class ClusterNodes extends ClusterConnectionProvider {
  private static final int ATTEMPTS = 5;

  private final ClusterCommandExecutor executor;

  private ClusterNodes(
      Set<HostAndPort> nodes,
      JedisClientConfig config,
      ConnectionPoolConfig pool,
      Duration retries) {
    super(nodes, config, pool);
    executor = new ClusterCommandExecutor(this, ATTEMPTS, retries);
  }

  /**
   * @param retries no further attempt at a single command is made after this time
   * @throws JedisAccessControlException if user or password are refused
   * @throws JedisConnectionException if no node tells who holds the slots
   */
  static ClusterNodes find(
      RedisUrl url, JedisClientConfig config, ConnectionPoolConfig pool, Duration retries) {
    try {
      return new ClusterNodes(new LinkedHashSet<>(url.hosts()), config, pool, retries);
    } catch (JedisClusterOperationException e) {
      for (Throwable reason : e.getSuppressed()) {
        if (reason instanceof JedisAccessControlException refused) {
          throw refused;
        }
      }
      throw new JedisConnectionException(
          "no node of %s tells who holds the slots: check that they run, as a Redis Cluster"
              .formatted(url),
          e);
    }
  }

  <T> T execute(CommandObject<T> command) {
    return executor.executeCommand(command);
  }

  /** The node that holds the slot, as far as is known here. */
  HostAndPort holder(int slot) {
    HostAndPort node = getNode(slot);
    if (node == null) {
      renewSlotCache();
      node = getNode(slot);
    }
    if (node == null) {
      throw new JedisConnectionException("no node of the cluster holds slot " + slot);
    }
    return node;
  }
}
