package io.hydra.schemas.user;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The user that a record is about. Every topic is keyed {@code tenant:user}, so that one user's
 * records keep their order and tenants never meet.
 *
 * @param tenant 1 to 64 letters, digits, '.', '_' or '-'; the missing ':' keeps keys unambiguous
 * @param userId 1 to 256 characters without control characters or halves of surrogate pairs; new
 *     events and queries also keep {@link TextRules#problemOfUserId}
 * @param recordKey {@code tenant:user}
 */
public record UserKey(String tenant, String userId, String recordKey) {
  /** The tenant of the gateway's canaries, who are nobody's users. */
  public static final String CANARY_TENANT = "hydra-canary";

  private static final int MAX_TENANT = 64;
  static final int MAX_USER_ID = 256;

  /**
   * @throws IllegalArgumentException if a part is malformed; the message names the rule, never the
   *     value
   */
  public UserKey {
    if (tenant == null || userId == null) {
      throw new IllegalArgumentException("tenant and user_id must be given");
    }
    if (!isTenant(tenant)) {
      throw new IllegalArgumentException(
          "tenant must be 1 to 64 letters, digits, '.', '_' or '-', and is not");
    }
    if (userId.isBlank()) {
      throw new IllegalArgumentException("user_id must not be empty");
    }
    if (userId.length() > MAX_USER_ID) {
      throw new IllegalArgumentException(
          "user_id has %d characters, and may have %d".formatted(userId.length(), MAX_USER_ID));
    }
    if (TextRules.holdsControl(userId)) {
      throw new IllegalArgumentException("user_id must not hold control characters");
    }
    if (!TextRules.isWellFormed(userId)) {
      throw new IllegalArgumentException(
          "user_id holds half of a surrogate pair, which UTF-8 would merge into another user's id");
    }
    if (recordKey == null
        || recordKey.length() != tenant.length() + 1 + userId.length()
        || recordKey.charAt(tenant.length()) != ':'
        || !recordKey.startsWith(tenant)
        || !recordKey.endsWith(userId)) {
      throw new IllegalArgumentException("a record key must be tenant:user");
    }
  }

  /**
   * @throws IllegalArgumentException as the canonical constructor
   */
  public UserKey(String tenant, String userId) {
    this(tenant, userId, tenant + ":" + userId);
  }

  /**
   * The user whom a record names, if it is keyed by that user.
   *
   * @param key of the record; may be null
   * @throws IllegalArgumentException if there can be no such user, or {@code key} is another's
   */
  public static UserKey of(byte[] key, String tenant, String userId) {
    UserKey user = new UserKey(tenant, userId);
    if (!Arrays.equals(user.recordKey.getBytes(StandardCharsets.UTF_8), key)) {
      throw new IllegalArgumentException(
          "the record key must be tenant:user_id of the value, or the user's order would be lost:"
              + " key the record so");
    }
    return user;
  }

  /**
   * @throws IllegalArgumentException if {@code key} is not {@code tenant:user}
   */
  public static UserKey parse(String key) {
    int colon = key.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a record key must have the form tenant:user");
    }
    return new UserKey(key.substring(0, colon), key.substring(colon + 1), key);
  }

  /** Tells whether {@code tenant} can be one. */
  public static boolean isTenant(String tenant) {
    return isName(tenant, MAX_TENANT);
  }

  // Each event passes here: a loop, no pattern.
  static boolean isName(String text, int maxLength) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= maxLength;
  }

  /** By the record key alone, which tells both parts: keys are looked up for each event. */
  @Override
  public boolean equals(Object other) {
    return other instanceof UserKey user && recordKey.equals(user.recordKey);
  }

  @Override
  public int hashCode() {
    return recordKey.hashCode();
  }

  @Override
  public String toString() {
    return recordKey;
  }
}
