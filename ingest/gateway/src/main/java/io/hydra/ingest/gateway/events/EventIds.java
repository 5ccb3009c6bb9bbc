package io.hydra.ingest.gateway.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.schemas.config.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ids for records that bring none. Under the header {@code Idempotency-Key} they follow from key,
 * place and content, so that a request that is sent again is the same events, whichever gateway
 * takes it; and another content under the same key is other events, and not lost.
 */
public final class EventIds {
  private static final int MAX_KEY = 256;
  private static final int DIGEST_BYTES = 16;

  private final String key;
  private final String tenant;

  private EventIds(String key, String tenant) {
    this.key = key;
    this.tenant = tenant;
  }

  /**
   * @throws Refusal if the header is too long
   */
  public static EventIds of(Call call) {
    String key = call.header("Idempotency-Key").orElse(null);
    if (key != null && key.length() > MAX_KEY) {
      throw Refusal.of(
          ProblemType.MALFORMED, "Idempotency-Key may have %d characters".formatted(MAX_KEY));
    }
    return new EventIds(key, call.key().tenant());
  }

  /** Tells whether a record that is sent again has the id that it had. */
  boolean isLasting() {
    return key != null;
  }

  /**
   * @param index of the record in its request
   * @param content of the record, as it was sent
   */
  public String next(int index, String content) {
    if (key == null) {
      return UUID.randomUUID().toString();
    }
    return "idem-" + digest(tenant, key, Integer.toString(index), content);
  }

  /** The id of a CloudEvent, which its source and its id identify together. */
  public static String ofCloudEvent(String source, String id) {
    return "ce-" + digest(source, id);
  }

  private static String digest(String... parts) {
    MessageDigest digest = Sha256.digest();
    for (String part : parts) {
      digest.update((part.length() + ":" + part).getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
  }
}
