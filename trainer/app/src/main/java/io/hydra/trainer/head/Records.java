package io.hydra.trainer.head;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.user.UserKey;
import org.apache.kafka.common.KafkaException;
import redis.clients.jedis.exceptions.JedisException;

/** Looks into records about users, keys included. */
final class Records {
  private Records() {}

  @FunctionalInterface
  interface Step<T> {
    T run() throws RejectedRecordException;
  }

  /**
   * Runs one step. Whatever it throws counts as the record's fault, apart from a dependency that is
   * away: a record that ended the thread would be read again by its successor, for ever.
   *
   * @throws RejectedRecordException if the record can never be processed
   */
  static <T> T guard(Step<T> step) throws RejectedRecordException {
    try {
      return step.run();
    } catch (RegistryUnavailableException | KafkaException | JedisException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      // Without its cause, which may quote the data.
      throw new UndecodableRecordException(
          "decoding the record failed (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  /** The user that a record without a value is about. */
  static UserKey user(byte[] key) throws RejectedRecordException {
    if (key == null) {
      throw new RejectedRecordException("the record has no key");
    }
    try {
      return UserKey.parse(new String(key, UTF_8));
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(e.getMessage());
    }
  }

  /** The user that a record is about; rejected if {@code key} is not that user's. */
  static UserKey user(byte[] key, String tenant, String userId) throws RejectedRecordException {
    try {
      return UserKey.of(key, tenant, userId);
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(e.getMessage());
    }
  }
}
