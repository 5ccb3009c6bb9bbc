package io.hydra.schemas.redis.client;

import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/** A real redis-server, or a Sentinel, in a process of its own on loopback. */
public final class RedisProcess implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  private static final int ATTEMPTS = 5;

  /** A cluster node also listens at its port plus this. */
  private static final int BUS_OFFSET = 10_000;

  private static final int LARGEST_PORT = 65_535;
  private static Path binary;

  private final Path folder;
  private final int port;
  private final List<String> command;
  private Process process;

  private RedisProcess(Path folder, int port, List<String> command) {
    this.folder = folder;
    this.port = port;
    this.command = command;
  }

  /** At a free port; {@code settings} are words of the command line. */
  public static RedisProcess server(Path parent, String... settings) {
    return server(parent, port -> List.of("--port", Integer.toString(port)), settings);
  }

  /** Speaks nothing but TLS. */
  static RedisProcess tlsServer(Path parent, TestKey key, String... settings) {
    return server(parent, port -> tls(key, port), settings);
  }

  private static RedisProcess server(
      Path parent, IntFunction<List<String>> listen, String... settings) {
    return attempt(
        parent,
        (folder, port) -> {
          List<String> command = new ArrayList<>(List.of(binary(parent).toString()));
          command.addAll(listen.apply(port));
          command.addAll(
              List.of("--bind", HOST, "--save", "", "--appendonly", "no", "--dir", "" + folder));
          command.addAll(List.of(settings));
          return command;
        });
  }

  /** {@code lines} of its configuration file, beside its port. */
  static RedisProcess sentinel(Path parent, List<String> lines) {
    return attempt(
        parent,
        (folder, port) -> {
          List<String> all = new ArrayList<>(List.of("bind " + HOST, "dir " + folder));
          if (lines.stream().noneMatch(line -> line.startsWith("tls-cert"))) {
            all.add("port " + port);
          } else {
            all.addAll(List.of("port 0", "tls-port " + port));
          }
          all.addAll(lines);
          Path config = Files.write(folder.resolve("sentinel.conf"), all);
          return List.of(binary(parent).toString(), config.toString(), "--sentinel");
        });
  }

  private static List<String> tls(TestKey key, int port) {
    return List.of(
        "--port",
        "0",
        "--tls-port",
        Integer.toString(port),
        "--tls-cert-file",
        key.certificate().toString(),
        "--tls-key-file",
        key.privateKey().toString(),
        "--tls-ca-cert-file",
        key.certificate().toString(),
        "--tls-auth-clients",
        "no");
  }

  private interface CommandLine {
    List<String> of(Path folder, int port) throws IOException;
  }

  /** A port that was free a moment ago may be taken by now. */
  private static RedisProcess attempt(Path parent, CommandLine line) {
    try {
      for (int attempt = 1; ; attempt++) {
        Path folder = Files.createTempDirectory(parent, "redis");
        int port = freePort();
        RedisProcess redis = new RedisProcess(folder, port, line.of(folder, port));
        try {
          redis.start();
          return redis;
        } catch (IllegalStateException e) {
          if (attempt == ATTEMPTS) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At the same port as before. */
  void start() {
    Path log = folder.resolve("log");
    try {
      Files.deleteIfExists(log);
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until(
        "redis-server listens",
        () -> {
          String said = Files.readString(log);
          if (!process.isAlive()) {
            throw new IllegalStateException("redis-server ended: " + said);
          }
          return said.contains("Ready to accept connections") || said.contains("Sentinel ID is");
        });
  }

  int port() {
    return port;
  }

  public HostAndPort address() {
    return new HostAndPort(HOST, port);
  }

  Jedis connect() {
    return new Jedis(HOST, port);
  }

  /** Signal 9. */
  void kill() {
    process.destroyForcibly();
    try {
      int unused = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private static synchronized Path binary(Path parent) throws IOException {
    if (binary == null || !Files.exists(binary)) {
      Path folder = Files.createTempDirectory(parent, "bin");
      binary = ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
    }
    return binary;
  }

  static int freePort() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = socket.getLocalPort();
        if (port + BUS_OFFSET <= LARGEST_PORT && free(port + BUS_OFFSET)) {
          return port;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
