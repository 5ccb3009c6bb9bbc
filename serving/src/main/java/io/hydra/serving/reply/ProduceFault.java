package io.hydra.serving.reply;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Classifies failures to produce by what they are about. */
enum ProduceFault {
  /** The brokers are away, or deny what every record needs: another attempt may succeed. */
  AWAY,
  /** The client is not allowed to write the topic: an attempt succeeds once it is. */
  DENIED,
  /** The record is larger than the topic takes. */
  TOO_LARGE,
  /** The topic does not take this record for another reason. */
  REFUSED,
  /** The producer cannot go on. */
  PRODUCER;

  static ProduceFault of(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (isFatal(cause)) {
        return PRODUCER;
      }
      // About every topic alike; the producer asks for its id again by itself.
      if (cause instanceof ClusterAuthorizationException) {
        return AWAY;
      }
    }
    if (error instanceof RecordTooLargeException || error instanceof RecordBatchTooLargeException) {
      return TOO_LARGE;
    }
    if (error instanceof AuthorizationException) {
      return DENIED;
    }
    return error instanceof RetriableException
            || error instanceof AuthenticationException
            || error instanceof InterruptException
            || isOfTheSession(error)
        ? AWAY
        : REFUSED;
  }

  private static boolean isFatal(Throwable error) {
    return error instanceof ProducerFencedException
        || error instanceof FencedInstanceIdException
        || error instanceof UnsupportedVersionException
        || error instanceof IllegalStateException;
  }

  /** An idempotent producer begins another session by itself. */
  private static boolean isOfTheSession(Throwable error) {
    return error instanceof OutOfOrderSequenceException
        || error instanceof InvalidProducerEpochException
        || error instanceof InvalidPidMappingException;
  }
}
