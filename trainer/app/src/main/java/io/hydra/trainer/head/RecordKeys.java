package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;

/** Holds records about a user to their key. */
final class RecordKeys {
  private RecordKeys() {}

  /**
   * The user that a record without a value is about.
   *
   * @throws RejectedRecordException if the key names none
   */
  static UserKey user(byte[] key) throws RejectedRecordException {
    if (key == null) {
      throw new RejectedRecordException("the record has no key");
    }
    try {
      return UserKey.parse(new String(key, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(e.getMessage());
    }
  }

  /**
   * The user that a record is about.
   *
   * @throws RejectedRecordException if there can be no such user, or {@code key} is another's
   */
  static UserKey user(byte[] key, String tenant, String userId) throws RejectedRecordException {
    try {
      return UserKey.of(key, tenant, userId);
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(e.getMessage());
    }
  }
}
