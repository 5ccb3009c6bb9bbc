package io.hydra.schemas.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fields of the hash {@link UserKeys#user}: the last erasure, and where the user's other keys are,
 * so that an erasure finds them all without a scan.
 *
 * <ul>
 *   <li>{@code erased}: occurred_at of the last erasure in ms; events at or before it stay out
 *   <li>{@code t:TASK}: there is, or was, a history of this task
 *   <li>{@code h:TASK:BASE}: there are heads of this task for this base version; holds when they
 *       were fitted in ms, a colon and the history's version
 *   <li>{@code heads-at}: topic id, partition and offset of the last record of {@code hydra.heads}
 *       that was applied. It outlives an erasure, so that nothing from before can follow it
 * </ul>
 */
final class UserFields {
  static final String ERASED = "erased";
  static final String HEADS_AT = "heads-at";
  private static final String TASK = "t:";
  private static final String HEADS = "h:";

  private UserFields() {}

  static byte[] erased() {
    return utf8(ERASED);
  }

  /**
   * The moment in an {@code erased} field, in ms.
   *
   * @param value null if there is none
   * @return 0 for a user never erased; empty if the value is not a number
   */
  static OptionalLong erasedUpTo(byte[] value) {
    try {
      return OptionalLong.of(
          value == null ? 0 : Long.parseLong(new String(value, StandardCharsets.US_ASCII)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  static byte[] task(String task) {
    return utf8(TASK + task);
  }

  static byte[] heads(String task, String baseVersion) {
    return utf8(HEADS + task + ":" + baseVersion);
  }

  /** The task of a {@code t:} field; empty for any other field. */
  static Optional<String> taskOf(byte[] field) {
    String name = new String(field, StandardCharsets.UTF_8);
    return name.startsWith(TASK) ? Optional.of(name.substring(TASK.length())) : Optional.empty();
  }

  /** Task and base version of an {@code h:} field; empty for any other field. */
  static Optional<HeadsOf> headsOf(byte[] field) {
    String name = new String(field, StandardCharsets.UTF_8);
    int colon = name.indexOf(':', HEADS.length());
    return name.startsWith(HEADS) && colon > 0
        ? Optional.of(new HeadsOf(name.substring(HEADS.length(), colon), name.substring(colon + 1)))
        : Optional.empty();
  }

  /** Which heads. */
  record HeadsOf(String task, String baseVersion) {}

  private static byte[] utf8(String field) {
    return field.getBytes(StandardCharsets.UTF_8);
  }
}
