package io.hydra.schemas.redis.client;

import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ClusterCommandObjects;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.executors.CommandExecutor;

/**
 * Jedis's own client of a cluster needs the cluster to be up when it is made, and its pipelines
 * neither follow a slot that moved nor say that a connection broke.
 */
final class ClusterClient extends UnifiedJedis {
  private final Lazy<ClusterNodes> nodes;

  ClusterClient(Lazy<ClusterNodes> nodes) {
    super(new LazyExecutor(nodes), nodes, RedisProtocol.RESP2, null);
    this.nodes = nodes;
  }

  @Override
  protected CommandObjects newCommandObjects(RedisProtocol protocol) {
    return new ClusterCommandObjects(protocol);
  }

  @Override
  public AbstractPipeline pipelined() {
    return new ClusterBatch(nodes, commandObjects);
  }

  Lazy<ClusterNodes> nodes() {
    return nodes;
  }

  private record LazyExecutor(Lazy<ClusterNodes> nodes) implements CommandExecutor {
    @Override
    public <T> T executeCommand(CommandObject<T> command) {
      return nodes.get().execute(command);
    }

    @Override
    public void close() {
      nodes.close();
    }
  }
}
