package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import redis.embedded.core.ExecutableProvider;

/** The redis-server that the embedded-redis jar carries for this platform. */
final class RedisBinary {
  private RedisBinary() {}

  /**
   * Puts the binary into {@code folder} unless it is there.
   *
   * @throws StackException if there is none for this platform
   */
  static Path in(Path folder) {
    Path binary = folder.resolve("redis-server");
    if (Files.isExecutable(binary)) {
      return binary;
    }
    try {
      Files.createDirectories(folder);
      Path scratch = Files.createTempDirectory(folder, "redis");
      Path extracted = ExecutableProvider.newJarResourceProvider(scratch.toFile()).get().toPath();
      Files.move(extracted, binary, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(scratch);
      return binary;
    } catch (IOException | RuntimeException e) {
      throw new StackException(
          "no redis-server can be put into %s: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
