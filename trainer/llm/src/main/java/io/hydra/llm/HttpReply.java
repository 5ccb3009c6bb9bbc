package io.hydra.llm;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP reply as it came.
 *
 * @param headers by lower-case name
 * @param body not to be changed
 */
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
  public HttpReply {
    Map<String, String> lower = new HashMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    headers = Map.copyOf(lower);
  }

  /** Without the body, which may quote a user. */
  @Override
  public String toString() {
    return "HttpReply[%d, %d bytes]".formatted(status, body.length);
  }
}
