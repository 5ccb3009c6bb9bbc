package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.DeadLetters;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The largest dead letter that its topic takes, in bytes: the catalogue's, until the broker refuses
 * one because the topic was made with less. Shared by the stream threads.
 */
public final class LetterLimit {
  private final AtomicLong bytes = new AtomicLong(DeadLetters.MAX_BYTES);

  long bytes() {
    return bytes.get();
  }

  /** The broker refused this letter for its size. */
  void refused(ProducerRecord<byte[], byte[]> letter) {
    long smaller = DeadLetters.bytes(letter) - 1;
    long unused = bytes.accumulateAndGet(smaller, Math::min);
  }
}
