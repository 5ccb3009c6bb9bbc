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
  private final RedisServer server;
  private final RedisClient client;

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
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client = RedisClient.builder().fromURI(url()).build();
  }

  public URI url() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  public RedisClient client() {
    return client;
  }

  public History history(String userKey, String task) {
    return History.fromHash(
        client.hgetAll(StoreLayout.history(View.ORIGINAL, UserKey.parse(userKey), task)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    client.close();
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
