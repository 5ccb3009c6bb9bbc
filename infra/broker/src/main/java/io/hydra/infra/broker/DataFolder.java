package io.hydra.infra.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the data folder and refuses one that another broker uses. */
final class DataFolder {
  private DataFolder() {}

  /**
   * Kafka takes the same lock itself, but ends the process with a stack trace where it fails.
   *
   * @throws BrokerException if the folder cannot be written or a broker holds its lock
   */
  static void require(Path folder) {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          throw inUse(folder, null);
        }
      }
    } catch (OverlappingFileLockException e) {
      throw inUse(folder, e);
    } catch (IOException e) {
      throw new BrokerException("data folder %s cannot be used: %s".formatted(folder, e), e);
    }
  }

  private static BrokerException inUse(Path folder, Throwable cause) {
    return new BrokerException("data folder " + folder + " is used by another broker", cause);
  }
}
