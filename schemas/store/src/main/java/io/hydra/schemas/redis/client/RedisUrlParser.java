package io.hydra.schemas.redis.client;

import io.hydra.schemas.redis.client.RedisUrl.Form;
import io.hydra.schemas.redis.client.RedisUrl.Login;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/** Reads one URL. Written by hand since java.net.URI takes no list of hosts. */
final class RedisUrlParser {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([\\w.-]+))(?::(\\d{1,5}))?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final int LARGEST_PORT = 65_535;

  private final String text;
  private Form form;

  RedisUrlParser(String text) {
    this.text = text;
  }

  RedisUrl parse() {
    int schemeEnd = text.indexOf("://");
    boolean tls = text.startsWith("rediss");
    form = schemeEnd < 0 ? null : form(text.substring(0, schemeEnd), tls);
    if (form == null) {
      throw malformed("does not begin with a known scheme");
    }
    String rest = text.substring(schemeEnd + "://".length());
    if (rest.indexOf('#') >= 0) {
      throw malformed("holds a '#'");
    }
    int queryStart = rest.indexOf('?');
    String query = queryStart < 0 ? "" : rest.substring(queryStart + 1);
    String[] parts = (queryStart < 0 ? rest : rest.substring(0, queryStart)).split("/", -1);
    int loginEnd = parts[0].lastIndexOf('@');
    Login login = loginEnd < 0 ? Login.NONE : login(parts[0].substring(0, loginEnd));
    List<HostAndPort> hosts = hosts(parts[0].substring(loginEnd + 1));
    String primary = form == Form.SENTINEL ? primary(parts) : null;
    int beforeDatabase = form == Form.SENTINEL ? 2 : 1;
    if (parts.length > beforeDatabase + 1) {
      throw malformed("has too many slashes");
    }
    String database = parts.length > beforeDatabase ? parts[beforeDatabase] : "";
    return new RedisUrl(form, tls, hosts, primary, database(database), login, sentinelLogin(query));
  }

  private static Form form(String scheme, boolean tls) {
    return Arrays.stream(Form.values())
        .filter(f -> scheme.equals(f.scheme(tls)))
        .findFirst()
        .orElse(null);
  }

  private Login login(String userAndPassword) {
    int colon = userAndPassword.indexOf(':');
    if (colon < 0 || colon == userAndPassword.length() - 1) {
      throw malformed("has no password before the '@'");
    }
    String user = decode(userAndPassword.substring(0, colon));
    return new Login(user.isEmpty() ? null : user, decode(userAndPassword.substring(colon + 1)));
  }

  private List<HostAndPort> hosts(String addresses) {
    List<HostAndPort> hosts = new ArrayList<>();
    for (String address : addresses.split(",", -1)) {
      Matcher matcher = ADDRESS.matcher(address);
      if (!matcher.matches()) {
        throw malformed("has something other than host:port where a host belongs");
      }
      String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      String port = matcher.group(3);
      int number = port == null ? form.defaultPort : Integer.parseInt(port);
      if (number < 1 || number > LARGEST_PORT) {
        throw malformed("has a port that is not between 1 and " + LARGEST_PORT);
      }
      hosts.add(new HostAndPort(host, number));
    }
    if (form == Form.STANDALONE && hosts.size() > 1) {
      throw malformed("names several hosts: redis-sentinel:// and redis-cluster:// take those");
    }
    return hosts;
  }

  private String primary(String[] parts) {
    if (parts.length < 2 || parts[1].isEmpty()) {
      throw malformed("lacks the name by which the Sentinels know the primary");
    }
    return decode(parts[1]);
  }

  private int database(String number) {
    if (number.isEmpty()) {
      return 0;
    }
    if (!NUMBER.matcher(number).matches()) {
      throw malformed("has a database that is not a number");
    }
    int database = Integer.parseInt(number);
    if (form == Form.CLUSTER && database != 0) {
      throw malformed("asks for a database, of which a cluster has only 0");
    }
    return database;
  }

  private Login sentinelLogin(String query) {
    String user = null;
    String password = null;
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      if (form != Form.SENTINEL || pair.length < 2) {
        throw unknownParameter();
      }
      switch (pair[0]) {
        case "sentinelUser" -> user = decode(pair[1]);
        case "sentinelPassword" -> password = decode(pair[1]);
        default -> throw unknownParameter();
      }
    }
    if (user != null && password == null) {
      throw malformed("has a sentinelUser without a sentinelPassword");
    }
    return new Login(user, password);
  }

  private IllegalArgumentException unknownParameter() {
    return malformed("has an unknown parameter after the '?'");
  }

  /** Not URLDecoder, which takes a plus sign for a space and bytes that are not UTF-8. */
  private String decode(String encoded) {
    byte[] in = encoded.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out.put(in[i]);
      } else if (i + 2 < in.length
          && HexFormat.isHexDigit(in[i + 1])
          && HexFormat.isHexDigit(in[i + 2])) {
        int high = HexFormat.fromHexDigit(in[++i]);
        out.put((byte) (16 * high + HexFormat.fromHexDigit(in[++i])));
      } else {
        throw malformed("has a '%' that is not followed by two hexadecimal digits");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      throw malformed("has percent-encoded bytes that are not UTF-8");
    }
  }

  /** Quotes nothing of the text: where it is malformed, any part of it may be the password. */
  private IllegalArgumentException malformed(String problem) {
    String expected =
        form == null
            ? Arrays.stream(Form.values()).map(f -> f.pattern).collect(Collectors.joining(" or "))
            : form.pattern;
    return new IllegalArgumentException(
        "the Redis URL "
            + problem
            + ": expected "
            + expected
            + ", rediss for TLS, and in user and password % @ : / ? # percent-encoded");
  }
}
