package io.hydra.runtime.llm;

import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The address of an LLM, and what it is called with.
 *
 * @param shown the address fit to be shown: without user, password, query, fragment and what looks
 *     like a key in its path
 * @param addresses of {@code chat/completions}' parent, the likeliest first, without query
 * @param query is sent with every call, as Azure's {@code api-version}
 * @param header name and value of the credentials
 * @param open whether what is sent can be read on the way
 */
public record Endpoint(
    String shown,
    List<String> addresses,
    Map<String, String> query,
    Map.Entry<String, String> header,
    boolean open) {
  public static final String KEY_VARIABLE = "HYDRA_LLM_API_KEY";

  /** The key that local servers are sent, which need none. */
  private static final String NO_KEY = "none";

  private static final String CALL = "/chat/completions";
  private static final String VERSION = "/v1";
  private static final String AZURE_VERSION = "api-version";

  /** Looks like a key that a gateway takes in the path, unlike names of models and deployments. */
  private static final Pattern KEY_IN_PATH =
      Pattern.compile("(?<=/)(sk-[^/]+|(?=[^/]*[A-Za-z0-9]{20})(?=[^/]*[0-9])[^/]+)");

  private static final Pattern HOST = Pattern.compile("[a-z0-9._-]+|\\[[0-9a-f:.]+]");
  private static final int MAX_PORT = 65_535;

  /**
   * @param baseUrl up to and including the version; a slash at its end, a missing {@code /v1} and
   *     the whole address of {@code chat/completions} are understood too
   * @throws UserException if it is not an http or https address, or the key cannot be one
   */
  public static Endpoint of(String baseUrl, String apiKey) {
    URL url = parse(baseUrl.strip());
    String path = url.getPath().replaceAll("/+$", "");
    if (path.endsWith(CALL)) {
      path = path.substring(0, path.length() - CALL.length());
    }
    Map<String, String> query = query(url);
    boolean azure = query.containsKey(AZURE_VERSION);
    String port =
        url.getPort() < 0 || url.getPort() == url.getDefaultPort() ? "" : ":" + url.getPort();
    String root = url.getProtocol() + "://" + url.getHost().toLowerCase(Locale.ROOT) + port;
    String shown = root + withoutKeys(path);
    List<String> paths;
    if (path.isEmpty()) {
      paths = List.of(VERSION, "");
    } else if (azure) {
      paths = List.of(path);
    } else if (path.endsWith(VERSION)) {
      paths = List.of(path, path.substring(0, path.length() - VERSION.length()));
    } else {
      paths = List.of(path, path + VERSION);
    }
    return new Endpoint(
        shown,
        paths.stream().map(p -> root + p).toList(),
        Map.copyOf(query),
        credentials(url, key(apiKey), azure),
        !url.getProtocol().equals("https") && !isLoopback(url.getHost()));
  }

  private static URL parse(String address) {
    try {
      // URI alone takes no host with an underscore, URL alone takes spaces.
      URL url = new URI(address).toURL();
      if (url.getProtocol().matches("https?")
          && HOST.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches()
          && url.getPort() <= MAX_PORT) {
        return url;
      }
    } catch (URISyntaxException | MalformedURLException | IllegalArgumentException e) {
      // Falls through: what it says may quote a password.
    }
    throw new UserException(
        "the LLM's base URL must look like http://host:port/v1, up to and including the version");
  }

  private static Map<String, String> query(URL url) {
    Map<String, String> query = new LinkedHashMap<>();
    if (url.getQuery() != null) {
      for (String pair : url.getQuery().split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
      }
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The key as people paste it, without white space around it, which a header cannot hold. */
  public static String key(String pasted) {
    String key = pasted == null ? "" : pasted.strip();
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
        throw new UserException(
            "%s holds a character at position %d that no key has (a line end, a space, or one that"
                    .formatted(KEY_VARIABLE, i + 1)
                + " is not ASCII): set it to the key alone");
      }
    }
    return key.isEmpty() ? NO_KEY : key;
  }

  /** A digest instead of each key keeps two addresses apart where the shown one names a cache. */
  private static String withoutKeys(String path) {
    return KEY_IN_PATH
        .matcher(path)
        .replaceAll(key -> "~" + Sha256.hex(key.group()).substring(0, 8));
  }

  private static Map.Entry<String, String> credentials(URL url, String key, boolean azure) {
    if (azure) {
      return Map.entry("api-key", key);
    }
    String user = url.getUserInfo() == null ? "" : decode(url.getUserInfo().replace("+", "%2B"));
    if (key.equals(NO_KEY) && !user.isEmpty()) {
      return Map.entry(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    return Map.entry("Authorization", "Bearer " + key);
  }

  private static boolean isLoopback(String host) {
    boolean literal = host.matches("[0-9.]+|\\[.+]");
    try {
      // A name is not looked up.
      return host.equals("localhost")
          || host.endsWith(".localhost")
          || (literal && InetAddress.getByName(host).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The address of a call where it is likeliest, with the query. */
  public URI call() {
    String parameters =
        query.entrySet().stream()
            .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
            .collect(Collectors.joining("&"));
    return URI.create(addresses.get(0) + CALL + (parameters.isEmpty() ? "" : "?" + parameters));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return shown;
  }
}
