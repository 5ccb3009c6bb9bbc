package io.hydra.llm;

import io.hydra.schemas.config.UserException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okio.ByteString;

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
record Endpoint(
    String shown,
    List<String> addresses,
    Map<String, String> query,
    Map.Entry<String, String> header,
    boolean open) {
  static final String KEY_VARIABLE = "HYDRA_LLM_API_KEY";

  /** The key that local servers are sent, which need none. */
  private static final String NO_KEY = "none";

  private static final String CALL = "/chat/completions";
  private static final String VERSION = "/v1";
  private static final String AZURE_VERSION = "api-version";

  /** Looks like a key that a gateway takes in the path, unlike names of models and deployments. */
  private static final Pattern KEY_IN_PATH =
      Pattern.compile("(?<=/)(sk-[^/]+|(?=[^/]*[A-Za-z0-9]{20})(?=[^/]*[0-9])[^/]+)");

  /**
   * @param baseUrl up to and including the version; a slash at its end, a missing {@code /v1} and
   *     the whole address of {@code chat/completions} are understood too
   * @throws UserException if it is not an http or https address, or the key cannot be one
   */
  static Endpoint of(String baseUrl, String apiKey) {
    HttpUrl url = HttpUrl.parse(baseUrl.strip());
    if (url == null) {
      // Without repeating it: it may hold a password.
      throw new UserException(
          "the LLM's base URL must look like http://host:port/v1, up to and including the version");
    }
    String path = url.encodedPath().replaceAll("/+$", "");
    if (path.endsWith(CALL)) {
      path = path.substring(0, path.length() - CALL.length());
    }
    Map<String, String> query = new LinkedHashMap<>();
    for (String name : url.queryParameterNames()) {
      String value = url.queryParameter(name);
      query.put(name, value == null ? "" : value);
    }
    boolean azure = query.containsKey(AZURE_VERSION);
    HttpUrl bare =
        new HttpUrl.Builder().scheme(url.scheme()).host(url.host()).port(url.port()).build();
    String root = bare.toString().replaceAll("/+$", "");
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
        !url.isHttps() && !isLoopback(url.host()));
  }

  /** The key as people paste it, without white space around it, which a header cannot hold. */
  static String key(String pasted) {
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
        .replaceAll(key -> "~" + ByteString.encodeUtf8(key.group()).sha256().hex().substring(0, 8));
  }

  private static Map.Entry<String, String> credentials(HttpUrl url, String key, boolean azure) {
    if (azure) {
      return Map.entry("api-key", key);
    }
    if (key.equals(NO_KEY) && !url.username().isEmpty()) {
      String user = url.username() + ":" + url.password();
      return Map.entry(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    return Map.entry("Authorization", "Bearer " + key);
  }

  private static boolean isLoopback(String host) {
    boolean literal = host.matches("[0-9.]+") || host.contains(":");
    try {
      // A name is not looked up.
      return host.equals("localhost")
          || host.endsWith(".localhost")
          || (literal && InetAddress.getByName(host).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The address to use in a dialect. */
  String address(Dialect dialect) {
    return addresses.get(Math.min(dialect.path(), addresses.size() - 1));
  }

  @Override
  public String toString() {
    return shown;
  }
}
