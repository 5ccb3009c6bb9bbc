package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** A connection on which bytes are written that no HTTP client would write. */
final class Wire implements Closeable {
  private static final int PATIENCE_MS = 300_000;

  private final Socket socket;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
  }

  /** Line feeds become line ends. */
  Wire send(String text) throws IOException {
    return sendAsIs(text.replace("\n", "\r\n"));
  }

  Wire sendAsIs(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  Wire endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** All that comes until the other side closes, a reset included. */
  String readToEnd() throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      byte[] piece = new byte[8192];
      for (int n = socket.getInputStream().read(piece);
          n >= 0;
          n = socket.getInputStream().read(piece)) {
        text.append(new String(piece, 0, n, ISO_8859_1));
      }
    } catch (SocketException reset) {
      // As good as an end.
    }
    return text.toString();
  }

  /** The reply up to a text, which must come. */
  String readUntil(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("ended after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
