package io.hydra.infra.stack;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/**
 * The stack's own Redis: on loopback, behind a password that is drawn once per folder and kept in a
 * private file there, without the commands that reach beyond its data.
 */
final class RedisServer {
  private static final String PASSWORD_FILE = "redis.password";
  private static final int PASSWORD_BYTES = 24;

  /**
   * Commands that write files of the caller's choice, load code, open the server's memory, or hand
   * the data to another server. Reading settings stays: services ask for {@code noeviction}.
   */
  private static final String RIGHTS =
      "+@all -config +config|get -module -debug -acl +acl|whoami -replicaof -slaveof -migrate"
          + " -sync -psync -monitor -shutdown -failover -cluster +cluster|info";

  private final Path folder;
  private final int port;
  private final String password;

  private RedisServer(Path folder, int port, String password) {
    this.folder = folder;
    this.port = port;
    this.password = password;
  }

  /**
   * Nothing is started.
   *
   * @throws UserException if the password cannot be read or kept there
   */
  static RedisServer in(Path folder, int port) {
    Path file = folder.resolve(PASSWORD_FILE);
    try {
      if (!Files.exists(file)) {
        PrivateFiles.write(file, PrivateFiles.drawSecret(PASSWORD_BYTES) + "\n");
      }
      String password = Files.readString(file).strip();
      if (password.isEmpty()) {
        throw new UserException(file + " is empty: remove it, and a password is drawn");
      }
      return new RedisServer(folder, port, password);
    } catch (IOException | UncheckedIOException e) {
      throw new UserException(
          "%s cannot be read or written: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Holds the password. */
  String url() {
    return "redis://:%s@127.0.0.1:%d".formatted(password, port);
  }

  /** Its command line, which holds nothing secret; writes the file of settings that it names. */
  List<String> command() {
    Path data = folder.resolve("redis");
    Path settings = folder.resolve("redis.conf");
    Path binary = binary(folder.resolve("bin"));
    PrivateFiles.createFolder(data);
    PrivateFiles.write(settings, settings());
    return List.of(
        binary.toString(),
        settings.toString(),
        "--port",
        Integer.toString(port),
        "--dir",
        data.toString());
  }

  private String settings() {
    return String.join(
        "\n",
        "bind 127.0.0.1",
        "user default on #%s ~* &* %s".formatted(Sha256.hex(password), RIGHTS),
        "appendonly yes",
        // With Redis's default, everysec, it answers before it has handed a write to the system
        // whenever a sync is under way: a kill then loses what was acknowledged.
        "appendfsync no",
        // A small set of busy histories doubles the log within seconds, and each rewrite forks.
        "auto-aof-rewrite-min-size 512mb",
        // Packing what a rewrite writes would take the core that the writes need.
        "rdbcompression no",
        "save \"\"",
        // Evicted keys would include the marks that keep forgotten users out.
        "maxmemory-policy noeviction",
        "");
  }

  /** The redis-server that the embedded-redis jar carries for this platform, unpacked once. */
  private static Path binary(Path bin) {
    Path binary = bin.resolve("redis-server");
    if (Files.isExecutable(binary)) {
      return binary;
    }
    try {
      Files.createDirectories(bin);
      Path scratch = Files.createTempDirectory(bin, "redis");
      Path extracted = ExecutableProvider.newJarResourceProvider(scratch.toFile()).get().toPath();
      Files.move(extracted, binary, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(scratch);
      return binary;
    } catch (IOException | RuntimeException e) {
      throw new UserException(
          "no redis-server can be put into %s: %s".formatted(bin, e.getMessage()), e);
    }
  }
}
