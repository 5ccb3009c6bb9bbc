package io.hydra.ingest.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Percent-encoding of UTF-8, read strictly. */
public final class Percent {
  private static final Pattern CUT_SHORT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private Percent() {}

  /**
   * @param plusIsSpace as in a query
   * @throws Refusal if an escape is cut short, or the bytes are not UTF-8
   */
  public static String decode(String text, boolean plusIsSpace) {
    if (CUT_SHORT.matcher(text).find()) {
      throw Refusal.of(
          ProblemType.MALFORMED, "a % in path, query or header is not followed by two digits");
    }
    // A character for each byte: whether they are UTF-8 is checked, and not mended, at the end.
    String bytes = new String(text.getBytes(UTF_8), ISO_8859_1);
    String decoded = URLDecoder.decode(plusIsSpace ? bytes : bytes.replace("+", "%2B"), ISO_8859_1);
    return Json.utf8(decoded.getBytes(ISO_8859_1));
  }

  /**
   * The text of a header.
   *
   * @throws Refusal if it is not encoded: its bytes come as Latin-1, and would be another text
   */
  public static String decodeHeader(String value) {
    if (value.chars().anyMatch(c -> c > '~')) {
      throw Refusal.of(
          ProblemType.MALFORMED,
          "a header holds a character that is not ASCII: percent-encode its UTF-8");
    }
    return decode(value, false);
  }

  /** Everything but letters, digits, {@code - . _ ~} is escaped. */
  public static String encode(String text) {
    return URLEncoder.encode(text, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /**
   * The parameters of a query.
   *
   * @param query null if there is none
   * @throws Refusal if one stands twice, or is not UTF-8
   */
  static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
      if (parameters.put(name, value) != null) {
        throw Refusal.of(ProblemType.MALFORMED, "a parameter stands twice behind the path");
      }
    }
    return parameters;
  }
}
