package io.hydra.stream.rebuild;

import io.hydra.stream.event.RawRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * The events topic, read by offset. Maps are from partition to offset. Not thread-safe.
 *
 * <p>Every method throws {@link KafkaException} if the brokers do not answer.
 */
public interface EventLog extends AutoCloseable {
  /** The first record of each partition that is still there. */
  Map<Integer, Long> beginnings();

  /** The first record of each partition at or after {@code time}, by the records' timestamps. */
  Map<Integer, Long> at(Instant time);

  /**
   * One past the last record of each partition that may be read now: that of no open transaction.
   * Partitions that are new are read from their beginning.
   */
  Map<Integer, Long> ends();

  /** Goes on from there; a partition that is not named, from its beginning. */
  void seek(Map<Integer, Long> offsets);

  /** The next offset of each partition; those of transaction markers are passed by polling. */
  Map<Integer, Long> positions();

  /**
   * Waits a moment if there is nothing.
   *
   * @return the next records, those of a partition in order, without headers
   */
  List<RawRecord> poll();

  @Override
  void close();
}
