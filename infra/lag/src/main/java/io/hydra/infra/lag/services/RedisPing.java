package io.hydra.infra.lag.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Asks a Redis server whether it answers, without a password: that it wants one is an answer, too.
 */
final class RedisPing {
  private static final int DEFAULT_PORT = 6379;
  private static final String PING = "PING\r\n";

  /** Longer than any that Redis gives to it. */
  private static final int MAX_REPLY = 200;

  private RedisPing() {}

  /**
   * The reason why the server takes no commands now; empty if it does.
   *
   * @param millis to wait for the connection, and again for the reply
   * @throws IOException if it does not answer
   */
  static String ask(URI address, int millis) throws IOException {
    int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), port), millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(PING.getBytes(StandardCharsets.US_ASCII));
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), MAX_REPLY);
      char[] reply = new char[MAX_REPLY];
      int length = in.read(reply);
      String text = length < 0 ? "" : new String(reply, 0, length).strip();
      boolean serves =
          text.startsWith("+PONG") || text.startsWith("-NOAUTH") || text.startsWith("-NOPERM");
      if (serves) {
        return "";
      }
      if (!text.startsWith("-")) {
        throw new IOException("what listens there is no Redis");
      }
      return text.substring(1).lines().findFirst().orElse("");
    }
  }
}
