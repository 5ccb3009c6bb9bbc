package io.hydra.infra.broker;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The only class that touches Kafka's internal server classes, which may change with any release:
 * {@code kafka-storage format} and {@code kafka-server-start} in one.
 */
record KraftNode(KafkaRaftServer server) implements AutoCloseable {
  private static final String META_PROPERTIES = "meta.properties";

  /**
   * Formats the data folder unless an earlier run did, and starts. Returns once the broker is
   * registered and takes requests.
   *
   * @throws UserException if the folder cannot be used or the server does not start
   */
  static KraftNode start(BrokerSettings settings) {
    requireUnused(settings.dataDir());
    try {
      format(settings);
      KafkaRaftServer server =
          new KafkaRaftServer(KafkaConfig.fromProps(settings.toProperties(), false), Time.SYSTEM);
      server.startup();
      return new KraftNode(server);
    } catch (UserException e) {
      throw e;
    } catch (Exception e) {
      // Kafka's Scala code throws checked exceptions undeclared, IOException among them.
      throw new UserException(
          "the broker cannot start on %s: %s".formatted(settings.dataDir(), reason(e)), e);
    }
  }

  /** Blocks until {@link #close} has been called elsewhere and has finished. */
  void awaitShutdown() {
    server.awaitShutdown();
  }

  /** Ends client connections, flushes the logs and leaves a clean-shutdown mark. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /**
   * Makes the data folder and refuses one that another broker uses. Kafka takes the same lock
   * itself, but ends the process with a stack trace where it fails.
   *
   * @throws UserException if the folder cannot be written or a broker holds its lock
   */
  private static void requireUnused(Path folder) {
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
      throw new UserException("data folder %s cannot be used: %s".formatted(folder, e), e);
    }
  }

  private static UserException inUse(Path folder, Throwable cause) {
    return new UserException("data folder " + folder + " is used by another broker", cause);
  }

  private static void format(BrokerSettings settings) throws Exception {
    String folder = settings.dataDir().toAbsolutePath().toString();
    // A formatted folder is left as it is. One whose formatting was cut off has no
    // meta.properties, which is written last, and is formatted again.
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(BrokerSettings.NODE_ID)
        .setClusterId(clusterId(settings.dataDir()))
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setIgnoreFormatted(true)
        .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
        .setMetadataLogDirectory(folder)
        .setDirectories(List.of(folder))
        .setSupportedFeatures(new ArrayList<>(Feature.PRODUCTION_FEATURES))
        .run();
  }

  private static String clusterId(Path dataDir) throws IOException {
    Path meta = dataDir.resolve(META_PROPERTIES);
    Properties properties = new Properties();
    if (Files.exists(meta)) {
      try (InputStream in = Files.newInputStream(meta)) {
        properties.load(in);
      }
    }
    return properties.getProperty("cluster.id", Uuid.randomUuid().toString());
  }

  private static String reason(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse(message);
  }
}
