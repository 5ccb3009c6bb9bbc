package io.hydra.serving.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.serving.state.UserStateStore;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** A real Redis of its own, on a free port. */
public final class RedisFixture implements AutoCloseable {
  public static final Duration TTL = Duration.ofHours(1);

  private final EmbeddedRedis server = new EmbeddedRedis();
  private final RedisClient client = server.client();

  public void start() {
    server.start();
  }

  public void stop() {
    server.stop();
  }

  /** From now on connections need {@code password}; the client's are closed, and it has none. */
  public void requirePassword(String password) {
    configure("requirepass", password);
    client.getPool().clear();
  }

  public void configure(String setting, String value) {
    client.sendCommand(Protocol.Command.CONFIG, "SET", setting, value);
  }

  /** Redis's own clock, in ms. */
  public long millis() {
    List<?> time = (List<?>) client.sendCommand(Protocol.Command.TIME);
    return Long.parseLong(new String((byte[]) time.get(0), US_ASCII)) * 1_000
        + Long.parseLong(new String((byte[]) time.get(1), US_ASCII)) / 1_000;
  }

  /** Another client, which gives {@code password}. */
  public RedisClient client(String password) {
    return RedisClient.builder()
        .hostAndPort(new HostAndPort(server.url().getHost(), server.url().getPort()))
        .clientConfig(DefaultJedisClientConfig.builder().password(password).build())
        .build();
  }

  public RedisClient client() {
    return client;
  }

  public UserStateStore store(LongSupplier nanos) {
    return new UserStateStore(client, () -> client.getPool().clear(), TTL, 1 << 20, nanos);
  }

  @Override
  public void close() {
    server.close();
  }
}
