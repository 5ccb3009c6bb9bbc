package io.hydra.ingest.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Percent-encoding of UTF-8, read strictly. */
public final class Percent {
  private static final int HEX = 16;

  private Percent() {}

  /**
   * @param plusIsSpace as in a query
   * @throws Refusal if an escape is cut short, or the bytes are not UTF-8
   */
  public static String decode(String text, boolean plusIsSpace) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = digit(text, i + 1);
        int low = digit(text, i + 2);
        if (high < 0 || low < 0) {
          throw Refusal.of(
              ProblemType.MALFORMED, "a % in path, query or header is not followed by two digits");
        }
        bytes.write(high * HEX + low);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
      } else {
        int end = Character.isHighSurrogate(c) && i + 1 < text.length() ? i + 2 : i + 1;
        bytes.writeBytes(text.substring(i, end).getBytes(UTF_8));
        i = end - 1;
      }
    }
    return Json.utf8(bytes.toByteArray());
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

  /** Negative if there is none. */
  private static int digit(String text, int at) {
    return at < text.length() ? Character.digit(text.charAt(at), HEX) : -1;
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
