package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.Topic;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from a dead letter that was refused for its size. The transaction is lost with it; at the
 * next attempt at the same record the letter is a smaller one.
 */
public final class RefusedLetters implements ProductionExceptionHandler {
  /** Of the configuration: the {@link Limit}. */
  public static final String LIMIT = "hydra.dead.letter.limit";

  private static final Logger log = LoggerFactory.getLogger(RefusedLetters.class);

  private Limit limit;

  /**
   * The largest dead letter that its topic takes, in bytes: the catalogue's, until the broker
   * refuses one because the topic was made with less. Shared by the stream threads.
   */
  public static final class Limit {
    private final AtomicLong bytes = new AtomicLong(DeadLetters.MAX_BYTES);

    long bytes() {
      return bytes.get();
    }
  }

  @Override
  public void configure(Map<String, ?> configs) {
    limit = (Limit) configs.get(LIMIT);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RecordTooLargeException && record.topic().endsWith(Topic.DLQ_SUFFIX)) {
      long unused = limit.bytes.accumulateAndGet(DeadLetters.bytes(record) - 1, Math::min);
      log.warn(
          "{} takes no letter of this size, will send a smaller one: raise its max.message.bytes",
          record.topic());
    }
    return Response.fail();
  }
}
