package io.hydra.runtime.ops;

import java.util.regex.Pattern;

/**
 * The names by which a browser, or any other client, may speak to a server on loopback. A web page
 * whose own name was made to lead to this machine (DNS rebinding) speaks under that name, and could
 * read the answers if it were served.
 */
public final class LocalNames {
  private static final Pattern THIS_MACHINE =
      Pattern.compile("(?:127\\.0\\.0\\.1|localhost|\\[::1])(?::\\d{1,5})?");

  private LocalNames() {}

  /**
   * Tells whether a request's header {@code Host} names this machine.
   *
   * @param host null if the request has none
   */
  public static boolean isThisMachine(String host) {
    return host != null && THIS_MACHINE.matcher(host).matches();
  }
}
