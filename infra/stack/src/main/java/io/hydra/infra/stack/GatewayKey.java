package io.hydra.infra.stack;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The first API key of a stack's gateway: made at random once, for the tenant {@value #TENANT}, and
 * readable by the stack's owner alone. The file of keys holds its hash; keys that are added there
 * stay.
 */
public final class GatewayKey {
  public static final String TENANT = "demo";
  private static final String KEY_FILE = "gateway.key";
  private static final String KEYS_FILE = "gateway-keys.json";
  private static final String PREFIX = "hydra_";
  private static final int RANDOM_BYTES = 32;

  private GatewayKey() {}

  /** The file of keys, as the gateway reads it. */
  private record Keys(int version, List<Entry> keys) {}

  private record Entry(String id, String tenant, List<String> roles, String sha256) {}

  /** The file of the key. */
  public static Path file(Path dir) {
    return dir.resolve(KEY_FILE);
  }

  /**
   * The key of the stack in {@code dir}.
   *
   * @throws UserException if there is none
   */
  public static String read(Path dir) {
    try {
      return Files.readString(file(dir)).strip();
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be read: start the stack with hydra up".formatted(file(dir)), e);
    }
  }

  /** Makes what is missing; returns the file of keys. */
  static Path prepare(Path dir) {
    Path keys = dir.resolve(KEYS_FILE);
    if (!Files.exists(file(dir))) {
      PrivateFiles.write(file(dir), PREFIX + PrivateFiles.drawSecret(RANDOM_BYTES) + "\n");
      // Of a key that is gone nobody has the text.
      PrivateFiles.delete(keys);
    }
    if (!Files.exists(keys)) {
      Entry first =
          new Entry("first", TENANT, List.of("events", "queries", "users"), Sha256.hex(read(dir)));
      PrivateFiles.write(keys, Json.write(new Keys(1, List.of(first))) + "\n");
    }
    return keys;
  }
}
