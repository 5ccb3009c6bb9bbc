package io.hydra.infra.bench.load;

import io.hydra.schemas.config.UserException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer of ready bytes that counts what is acknowledged, and forgets no failure. */
public final class BenchProducer implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * @param settings over the client's defaults
   */
  public BenchProducer(String bootstrapServers, Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (metadata, problem) -> {
              if (problem == null) {
                acknowledged.incrementAndGet();
              } else {
                failure.compareAndSet(null, problem);
              }
            });
  }

  /** Records acknowledged so far. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /**
   * Returns once all are acknowledged.
   *
   * @throws UserException if one was not, now or before
   */
  public void flush() {
    producer.flush();
    Exception problem = failure.get();
    if (problem != null) {
      throw new UserException("the broker took not all records: " + problem.getMessage(), problem);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
