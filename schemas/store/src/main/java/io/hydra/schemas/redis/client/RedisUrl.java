package io.hydra.schemas.redis.client;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is and as whom to enter it. The forms, each with {@code rediss} for {@code redis}
 * where TLS is spoken:
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
 */
public final class RedisUrl implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How the servers stand together. */
  enum Form {
    STANDALONE("redis", 6379, "redis://[[user]:password@]host[:port][/db]"),
    SENTINEL(
        "redis-sentinel",
        26379,
        "redis-sentinel://[[user]:password@]host[:port][,host[:port]]/primary[/db]"
            + "[?sentinelUser=name&sentinelPassword=password]"),
    CLUSTER("redis-cluster", 6379, "redis-cluster://[[user]:password@]host[:port][,host[:port]]");

    final String scheme;
    final int defaultPort;
    final String pattern;

    Form(String scheme, int defaultPort, String pattern) {
      this.scheme = scheme;
      this.defaultPort = defaultPort;
      this.pattern = pattern;
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

  private final Form form;
  private final boolean tls;
  private final List<HostAndPort> hosts;
  private final String primary;
  private final int database;
  private final Login login;
  private final Login sentinelLogin;

  RedisUrl(
      Form form,
      boolean tls,
      List<HostAndPort> hosts,
      String primary,
      int database,
      Login login,
      Login sentinelLogin) {
    this.form = form;
    this.tls = tls;
    this.hosts = List.copyOf(hosts);
    this.primary = primary;
    this.database = database;
    this.login = login;
    this.sentinelLogin = sentinelLogin;
  }

  /**
   * @throws IllegalArgumentException if {@code text} has none of the forms above; the message says
   *     what is wrong and repeats nothing of the text, since a password may stand anywhere in it
   */
  public static RedisUrl parse(String text) {
    return new RedisUrlParser(text).parse();
  }

  Form form() {
    return form;
  }

  boolean tls() {
    return tls;
  }

  List<HostAndPort> hosts() {
    return hosts;
  }

  /** Null unless there are Sentinels. */
  String primary() {
    return primary;
  }

  int database() {
    return database;
  }

  Login login() {
    return login;
  }

  Login sentinelLogin() {
    return sentinelLogin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RedisUrl that
        && form == that.form
        && tls == that.tls
        && hosts.equals(that.hosts)
        && Objects.equals(primary, that.primary)
        && database == that.database
        && login.equals(that.login)
        && sentinelLogin.equals(that.sentinelLogin);
  }

  @Override
  public int hashCode() {
    return Objects.hash(form, tls, hosts, primary, database, login, sentinelLogin);
  }

  /** The URL without passwords. */
  @Override
  public String toString() {
    String scheme = tls ? form.scheme.replaceFirst("redis", "rediss") : form.scheme;
    return scheme
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
