package io.hydra.ingest.gateway.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hydra.runtime.file.WatchedFile;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The keys that are accepted. Immutable. */
public final class ApiKeys {
  private static final int VERSION = 1;

  /** Windows' editors put it before a text. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();

  private final List<ApiKey> keys;

  /** The file's content. */
  private record Content(
      @JsonProperty(required = true) int version,
      @JsonProperty(required = true) List<ApiKey> keys) {}

  private ApiKeys(List<ApiKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads {@code {"version": 1, "keys": [{"id", "tenant", "roles", "sha256"}]}}.
   *
   * @throws IllegalArgumentException if it is something else; the message quotes no hash
   */
  public static ApiKeys parse(String json) {
    Content content;
    try {
      content =
          JSON.readValue(
              json.startsWith(BYTE_ORDER_MARK) ? json.substring(1) : json, Content.class);
    } catch (JacksonException e) {
      Throwable own = e.getCause();
      throw new IllegalArgumentException(
          own instanceof IllegalArgumentException
              ? own.getMessage()
              : "it must hold {\"version\": 1, \"keys\": [{\"id\", \"tenant\", \"roles\","
                  + " \"sha256\"}]}"
                  + (e.getLocation() == null
                      ? ""
                      : ", and does not at line " + e.getLocation().getLineNr()),
          e);
    }
    if (content == null || content.version() != VERSION || content.keys() == null) {
      throw new IllegalArgumentException("its version must be %d, with keys".formatted(VERSION));
    }
    if (content.keys().contains(null)) {
      throw new IllegalArgumentException("one of its keys is null");
    }
    Set<String> ids = content.keys().stream().map(ApiKey::id).collect(Collectors.toSet());
    if (ids.size() < content.keys().size()) {
      throw new IllegalArgumentException("two of its keys have the same id");
    }
    Set<ByteBuffer> hashes =
        content.keys().stream().map(ApiKey::hash).map(ByteBuffer::wrap).collect(Collectors.toSet());
    if (hashes.size() < content.keys().size()) {
      throw new IllegalArgumentException("two of its keys have the same sha256");
    }
    return new ApiKeys(content.keys());
  }

  /**
   * Opens the file of keys: a key is added, taken back or replaced without a restart.
   *
   * @throws UserException if it cannot be read, or holds something else
   */
  public static WatchedFile<ApiKeys> open(Path file) {
    return WatchedFile.open(file, "API keys", ApiKeys::parse);
  }

  /** The key with this text. Takes the same time for every text, found or not. */
  public Optional<ApiKey> find(String secret) {
    byte[] hash = Sha256.of(secret);
    ApiKey found = null;
    for (ApiKey key : keys) {
      if (MessageDigest.isEqual(key.hash(), hash)) {
        found = key;
      }
    }
    return Optional.ofNullable(found);
  }

  public int size() {
    return keys.size();
  }
}
