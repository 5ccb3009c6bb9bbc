package io.hydra.infra.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
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

  private final Path key;
  private final Path keys;

  /** The file of keys, as the gateway reads it. */
  private record Keys(int version, List<Entry> keys) {}

  private record Entry(String id, String tenant, List<String> roles, String sha256) {}

  private GatewayKey(Path dir) {
    this.key = dir.resolve(KEY_FILE);
    this.keys = dir.resolve(KEYS_FILE);
  }

  static GatewayKey in(Path dir) {
    return new GatewayKey(dir);
  }

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
  Path prepare() {
    if (!Files.exists(key)) {
      byte[] random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      String made = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
      PrivateFiles.write(key, made + "\n");
      // Of a key that is gone nobody has the text.
      PrivateFiles.delete(keys);
    }
    if (!Files.exists(keys)) {
      Entry first =
          new Entry("first", TENANT, List.of("events", "queries", "users"), sha256(readKey()));
      PrivateFiles.write(keys, Json.write(new Keys(1, List.of(first))) + "\n");
    }
    return keys;
  }

  private String readKey() {
    try {
      return Files.readString(key).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
