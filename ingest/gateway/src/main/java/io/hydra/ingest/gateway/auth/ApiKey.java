package io.hydra.ingest.gateway.auth;

import io.hydra.schemas.user.UserKey;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * A key as the file of keys has it. The key itself is not kept: keys are random and long, so a
 * plain hash of one says nothing.
 *
 * @param id names it in logs; unique in the file
 * @param tenant in whose name its holder speaks, whatever a request says
 * @param sha256 of the key's text in UTF-8, in hexadecimal
 * @param requestsPerSecond null for the gateway's {@code --rate-limit}
 */
public record ApiKey(
    String id, String tenant, Set<Role> roles, String sha256, Integer requestsPerSecond) {
  private static final int HASH_BYTES = 32;

  public ApiKey {
    if (id == null || id.isBlank()) {
      throw new IllegalArgumentException("a key has no id");
    }
    if (tenant == null || !UserKey.isTenant(tenant)) {
      throw new IllegalArgumentException(
          "key %s: tenant must be 1 to 64 letters, digits, '.', '_' or '-'".formatted(id));
    }
    if (roles == null || roles.isEmpty()) {
      throw new IllegalArgumentException(
          "key %s: roles must name some of events, queries and users".formatted(id));
    }
    if (requestsPerSecond != null && requestsPerSecond < 1) {
      throw new IllegalArgumentException(
          "key %s: requestsPerSecond must be 1 or more".formatted(id));
    }
    roles = Set.copyOf(roles);
    sha256 = sha256 == null ? "" : sha256.toLowerCase(Locale.ROOT);
    try {
      if (HexFormat.of().parseHex(sha256).length != HASH_BYTES) {
        throw new IllegalArgumentException();
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "key %s: sha256 must be the 64 hexadecimal digits of the key's SHA-256".formatted(id), e);
    }
  }

  byte[] hash() {
    return HexFormat.of().parseHex(sha256);
  }
}
