package io.hydra.trainer.head;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/** Classifies errors of the broker's clients. */
public final class KafkaFaults {
  private KafkaFaults() {}

  /**
   * The broker is away, or refuses who we are or what we may: waited for, like any dependency. All
   * else is a defect.
   */
  public static boolean isDependency(KafkaException error) {
    return error instanceof RetriableException
        || error instanceof AuthenticationException
        || error instanceof AuthorizationException;
  }
}
