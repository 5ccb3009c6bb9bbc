package io.hydra.schemas.store;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

/** A real Redis on a free port of loopback, and a client of it. */
public final class EmbeddedRedis implements AutoCloseable {
  private final int port;
  private final RedisClient client;
  private final RedisServer server;

  /**
   * @param settings lines of its configuration
   */
  public EmbeddedRedis(String... settings) {
    try {
      port = freePort();
      var builder =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("appendonly no")
              .setting("save \"\"");
      for (String setting : settings) {
        builder.setting(setting);
      }
      server = builder.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
    client = RedisClient.builder().fromURI(url()).build();
  }

  /** Starts it again, without what it held. */
  public void start() {
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it; the client stays. */
  public void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  public RedisClient client() {
    return client;
  }

  public History history(String userKey, String task) {
    return new HistoryHash(
            client.hgetAll(StoreLayout.history(View.ORIGINAL, UserKey.parse(userKey), task)))
        .history();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    client.close();
    stop();
  }
}
