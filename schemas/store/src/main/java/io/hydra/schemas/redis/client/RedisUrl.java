package io.hydra.schemas.redis.client;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/**
 * Addresses of Redis and the login. The forms, each with {@code rediss} for {@code redis} where TLS
 * is spoken:
 *
 * <pre>
 * redis://[[user]:password@]host[:port][/db]
 * redis-sentinel://[[user]:password@]host[:port][,host[:port]...]/primary[/db]
 * redis-cluster://[[user]:password@]host[:port][,host[:port]...]
 * </pre>
 *
 * A {@code primary} is what the Sentinels call the servers that they watch (the name in {@code
 * sentinel monitor}). Sentinels that want a password themselves get it from {@code
 * ?sentinelUser=...&sentinelPassword=...}; user and password before the hosts are Redis's own. In
 * users, passwords and names, what has a meaning in a URL is percent-encoded. Without a port it is
 * 6379, or 26379 of a Sentinel. Serialized, it holds the passwords.
 *
 * @param primary null unless there are Sentinels
 */
public record RedisUrl(
    Form form,
    boolean tls,
    List<HostAndPort> hosts,
    String primary,
    int database,
    Login login,
    Login sentinelLogin)
    implements Serializable {
  /** The arrangement of the servers. */
  public enum Form {
    STANDALONE("redis", 6379, "redis://[[user]:password@]host[:port][/db]"),
    SENTINEL(
        "redis-sentinel",
        26379,
        "redis-sentinel://[[user]:password@]host[:port][,host[:port]]/primary[/db]"
            + "[?sentinelUser=name&sentinelPassword=password]"),
    CLUSTER("redis-cluster", 6379, "redis-cluster://[[user]:password@]host[:port][,host[:port]]");

    private final String scheme;
    final int defaultPort;
    final String pattern;

    Form(String scheme, int defaultPort, String pattern) {
      this.scheme = scheme;
      this.defaultPort = defaultPort;
      this.pattern = pattern;
    }

    String scheme(boolean tls) {
      return tls ? scheme.replaceFirst("redis", "rediss") : scheme;
    }
  }

  /**
   * @param user null for Redis's default user
   * @param password null where none is asked for
   */
  record Login(String user, String password) implements Serializable {
    static final Login NONE = new Login(null, null);

    @Override
    public String toString() {
      return password == null ? "" : (user == null ? "" : user) + ":***@";
    }
  }

  public RedisUrl {
    hosts = List.copyOf(hosts);
  }

  /**
   * @throws IllegalArgumentException if {@code text} has none of the forms above; the message says
   *     what is wrong and repeats nothing of the text, since a password may stand anywhere in it
   */
  public static RedisUrl parse(String text) {
    return new RedisUrlParser(text).parse();
  }

  /** The URL without passwords. */
  @Override
  public String toString() {
    return form.scheme(tls)
        + "://"
        + login
        + hosts.stream().map(RedisUrl::address).collect(Collectors.joining(","))
        + (primary == null ? "" : "/" + primary)
        + (database == 0 ? "" : "/" + database);
  }

  private static String address(HostAndPort host) {
    String name = host.getHost();
    return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + host.getPort();
  }
}
