package io.hydra.schemas.user;

import java.util.Objects;

/**
 * Who a record is about. Every topic is keyed {@code tenant:user}, so that one user's records keep
 * their order and tenants never meet.
 *
 * @param tenant 1 to 64 letters, digits, '.', '_' or '-'; the missing ':' keeps keys unambiguous
 * @param userId 1 to 256 characters without control characters
 */
public record UserKey(String tenant, String userId) {
  private static final int MAX_TENANT = 64;
  private static final int MAX_USER_ID = 256;

  /**
   * @throws IllegalArgumentException if either part is malformed; the message names the rule, never
   *     the value
   */
  public UserKey {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(userId, "userId");
    if (!isName(tenant, MAX_TENANT)) {
      throw new IllegalArgumentException(
          "tenant must be 1 to 64 letters, digits, '.', '_' or '-', and is not");
    }
    if (userId.isBlank()) {
      throw new IllegalArgumentException("user_id must not be empty");
    }
    if (userId.length() > MAX_USER_ID || holdsControl(userId)) {
      throw new IllegalArgumentException(
          "user_id must have at most " + MAX_USER_ID + " characters and no control characters");
    }
  }

  // Each event passes here several times: loops, no patterns.
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

  private static boolean holdsControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
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
