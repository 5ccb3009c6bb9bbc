package io.hydra.trainer.base;

import io.hydra.schemas.config.Sha256;
import io.hydra.trainer.base.Archive.Allowance;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** One file behind a URL. */
record Remote(URI uri) {
  private static final int CONNECT_TIMEOUT = (int) Duration.ofSeconds(20).toMillis();

  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

  /** Between two bytes, not for the whole file. */
  private static final int READ_TIMEOUT = (int) Duration.ofSeconds(60).toMillis();

  /**
   * @return the file's sha256, in hex
   * @throws FileNotFoundException if there is no such file
   * @throws IOException also if it is larger than allowed
   */
  String copyTo(Path file, Allowance allowance) throws IOException {
    MessageDigest digest = Sha256.digest();
    URLConnection connection = uri.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_TIMEOUT);
    connection.setReadTimeout(READ_TIMEOUT);
    if (connection instanceof HttpURLConnection http) {
      // This machine is trusted with plain http, but a redirect may lead to another one. What comes
      // from elsewhere over plain http has a checksum.
      http.setInstanceFollowRedirects(
          !"http".equalsIgnoreCase(uri.getScheme()) || isOpenToOthers());
      int status = http.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE) {
        throw new FileNotFoundException(shown() + " is not there");
      }
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("%s answers with status %d".formatted(shown(), status));
      }
    }
    long length = connection.getContentLengthLong();
    allowance.require(length);
    Files.createDirectories(file.getParent());
    try (InputStream in = allowance.limit(connection.getInputStream());
        OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      long copied = in.transferTo(out);
      if (length >= 0 && copied != length) {
        throw new IOException("%s ended after %d of %d bytes".formatted(shown(), copied, length));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Tells whether what comes over the network can be exchanged on its way: plain http, and not from
   * this machine.
   */
  boolean isOpenToOthers() {
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      return false;
    }
    String host = String.valueOf(uri.getHost());
    return !(host.equalsIgnoreCase("localhost")
        || LOOPBACK.matcher(host).matches()
        || host.equals("[::1]"));
  }

  /** The same as {@link #shown()} for what need not be a URL. */
  static String shown(String url) {
    return url.replaceFirst("(?s)[?#].*", "").replaceFirst("//[^/]*@", "//");
  }

  /** For people: without user and query, which may hold a secret. */
  String shown() {
    String host = uri.getHost() == null ? "" : uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + host + port + uri.getPath();
  }
}
