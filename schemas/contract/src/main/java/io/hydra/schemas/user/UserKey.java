package io.hydra.schemas.user;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Who a record is about. Every topic is keyed {@code tenant:user}, so that one user's records keep
 * their order and tenants never meet.
 *
 * @param tenant 1 to 64 letters, digits, '.', '_' or '-'; the missing ':' keeps keys unambiguous
 * @param userId 1 to 256 characters without control characters
 */
public record UserKey(String tenant, String userId) {
  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_USER_ID = 256;

  /**
   * @throws IllegalArgumentException if either part is malformed; the message names the rule, never
   *     the value
   */
  public UserKey {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(userId, "userId");
    if (!TENANT.matcher(tenant).matches()) {
      throw new IllegalArgumentException(
          "tenant must be 1 to 64 letters, digits, '.', '_' or '-', and is not");
    }
    if (userId.isBlank()) {
      throw new IllegalArgumentException("user_id must not be empty");
    }
    if (userId.length() > MAX_USER_ID || userId.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "user_id must have at most " + MAX_USER_ID + " characters and no control characters");
    }
  }

  /** The record key: {@code tenant:user}. */
  public String asRecordKey() {
    return tenant + ":" + userId;
  }

  /**
   * @throws IllegalArgumentException if {@code key} is not {@code tenant:user}
   */
  public static UserKey parse(String key) {
    int colon = key.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a record key must have the form tenant:user");
    }
    return new UserKey(key.substring(0, colon), key.substring(colon + 1));
  }

  @Override
  public String toString() {
    return asRecordKey();
  }
}
