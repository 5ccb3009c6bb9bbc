package io.hydra.schemas.redis.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.executors.DefaultCommandExecutor;
import redis.clients.jedis.providers.SentineledConnectionProvider;

/**
 * Opens clients, each a pool of connections that threads may share. Whatever the URL's form:
 *
 * <ul>
 *   <li>Nothing is connected before the first command, so a program starts while Redis is away. A
 *       command that finds nobody throws {@link JedisConnectionException}; the next one tries
 *       again.
 *   <li>After a failover commands reach the new primary, once the servers have agreed on it.
 *   <li>{@code pipelined()} sends a batch in one round trip and {@code sync()} throws {@link
 *       JedisConnectionException} if a connection broke, on a cluster too: then commands of it may
 *       have been done or not, and their responses must not be read. Commands on one key keep their
 *       order. A cluster takes commands with keys of one slot each.
 *   <li>{@code scanIteration} goes through every primary.
 *   <li>TLS trusts what the JVM trusts ({@code javax.net.ssl.trustStore}), and each server's
 *       certificate must name the host that was connected to. Sentinels and cluster nodes tell
 *       their addresses themselves, by IP unless they are configured to announce names.
 * </ul>
 */
public final class RedisClients {
  private static final int CONNECTIONS = 8;

  private RedisClients() {}

  /** At most 8 connections to each server. */
  public static UnifiedJedis open(RedisUrl url, RedisTimeouts timeouts) {
    return open(url, timeouts, CONNECTIONS, null);
  }

  /**
   * @param connections to each server, at most; idle ones are kept
   * @param clientName the name that {@code CLIENT LIST} shows; null for none
   */
  public static UnifiedJedis open(
      RedisUrl url, RedisTimeouts timeouts, int connections, String clientName) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(connections);
    pool.setMaxIdle(connections);
    pool.setMaxWait(timeouts.free());
    JedisClientConfig config =
        config(url, timeouts, url.login(), clientName).database(url.database()).build();
    return switch (url.form()) {
      case STANDALONE ->
          RedisClient.builder()
              .hostAndPort(url.hosts().get(0))
              .clientConfig(config)
              .poolConfig(pool)
              .build();
      case SENTINEL -> {
        JedisClientConfig sentinels =
            config(url, timeouts, url.sentinelLogin(), clientName).build();
        yield new SentinelClient(new Lazy<>(() -> sentinels(url, config, pool, sentinels)));
      }
      case CLUSTER ->
          new ClusterClient(
              new Lazy<>(() -> ClusterNodes.find(url, config, pool, timeouts.answer())));
    };
  }

  /**
   * Closes the idle connections of a client that was opened here. When a server went away, all of
   * them have died with it, and each would fail one command.
   */
  public static void dropIdle(UnifiedJedis client) {
    if (client instanceof RedisClient standalone) {
      standalone.getPool().clear();
    } else if (client instanceof SentinelClient sentinels) {
      sentinels.primary.dropIdle();
    } else if (client instanceof ClusterClient cluster) {
      cluster.nodes().dropIdle();
    } else {
      throw new IllegalArgumentException("not opened by RedisClients: " + client.getClass());
    }
  }

  /**
   * Tells whether commands of one batch may go to several servers, which answer independently of
   * each other.
   */
  public static boolean isCluster(UnifiedJedis client) {
    return client instanceof ClusterClient;
  }

  /**
   * Asks for one thing about each of {@code items}, in one round trip; its replies are there to be
   * read.
   */
  public static <T, R> List<Response<R>> ask(
      UnifiedJedis redis,
      Collection<T> items,
      BiFunction<AbstractPipeline, T, Response<R>> command) {
    if (items.isEmpty()) {
      return List.of();
    }
    List<Response<R>> replies = new ArrayList<>(items.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      items.forEach(item -> replies.add(command.apply(pipeline, item)));
      pipeline.sync();
    }
    return replies;
  }

  /** Each server that is written to, as what answers a command about itself. */
  static List<Function<CommandArguments, Object>> primaries(UnifiedJedis client) {
    if (!(client instanceof ClusterClient cluster)) {
      return List.of(client::executeCommand);
    }
    List<Function<CommandArguments, Object>> primaries = new ArrayList<>();
    for (Object pool : cluster.nodes().getPrimaryNodesConnectionMap().values()) {
      primaries.add(
          command -> {
            try (Connection connection = ((ConnectionPool) pool).getResource()) {
              return connection.executeCommand(command);
            }
          });
    }
    return primaries;
  }

  private static DefaultJedisClientConfig.Builder config(
      RedisUrl url, RedisTimeouts timeouts, RedisUrl.Login login, String clientName) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .connectionTimeoutMillis(Math.toIntExact(timeouts.connect().toMillis()))
            .socketTimeoutMillis(Math.toIntExact(timeouts.answer().toMillis()))
            .user(login.user())
            .password(login.password())
            .clientName(clientName);
    if (url.tls()) {
      SSLParameters parameters = new SSLParameters();
      // Without it any valid certificate would do, whoever it was given to.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      config.ssl(true).sslParameters(parameters);
    }
    return config;
  }

  private static SentineledConnectionProvider sentinels(
      RedisUrl url,
      JedisClientConfig primary,
      ConnectionPoolConfig pool,
      JedisClientConfig sentinels) {
    try {
      return new SentineledConnectionProvider(
          url.primary(), primary, pool, new LinkedHashSet<>(url.hosts()), sentinels);
    } catch (JedisConnectionException e) {
      throw new JedisConnectionException(
          "no Sentinel of %s answers: check that they run, and their own user and password"
              .formatted(url),
          e);
    } catch (JedisException e) {
      throw new JedisException(
          "the Sentinels of %s know no such primary: check its name, after the hosts"
              .formatted(url),
          e);
    }
  }

  /** Talks to whichever server the Sentinels call the primary. */
  private static final class SentinelClient extends UnifiedJedis {
    private final Lazy<SentineledConnectionProvider> primary;

    SentinelClient(Lazy<SentineledConnectionProvider> primary) {
      super(new DefaultCommandExecutor(primary), primary, RedisProtocol.RESP2, null);
      this.primary = primary;
    }
  }
}
