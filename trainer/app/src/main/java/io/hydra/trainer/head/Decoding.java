package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import org.apache.kafka.common.KafkaException;
import redis.clients.jedis.exceptions.JedisException;

/** Guards what looks into a record, its key included. */
final class Decoding {
  private Decoding() {}

  /** Looks into a record. */
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
}
