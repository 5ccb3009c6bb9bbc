package io.hydra.trainer.head;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/** Classifies errors of the broker's clients. */
public final class KafkaFaults {
  /** How a client that is being made says that no broker's name is known to DNS, or not yet. */
  private static final String UNRESOLVABLE = "No resolvable bootstrap";

  private KafkaFaults() {}

  private static boolean isUnresolvable(KafkaException error) {
    return error.getCause() instanceof ConfigException config
        && String.valueOf(config.getMessage()).startsWith(UNRESOLVABLE);
  }

  /**
   * The broker is away, or refuses who we are or what we may: waited for, like any dependency. All
   * else is a defect.
   */
  public static boolean isDependency(KafkaException error) {
    return error instanceof RetriableException
        || error instanceof AuthenticationException
        || error instanceof AuthorizationException
        || isUnresolvable(error);
  }
}
