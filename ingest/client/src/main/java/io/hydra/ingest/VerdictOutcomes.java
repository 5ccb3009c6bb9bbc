package io.hydra.ingest;

import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Tells what becomes of the verdicts on responses, from when it is opened. A verdict has an outcome
 * within a moment; one that is {@code WAITING} may have another later.
 */
public final class VerdictOutcomes implements AutoCloseable {
  private final TopicReader<VerdictOutcome> reader;

  /**
   * Positions the consumer at the end of every partition before it returns, and closes it if that
   * fails.
   *
   * @param consumer owned; without a group, reading committed records only
   * @param listener told of every outcome, everybody's, on the reading thread; what it throws does
   *     not stop the reading
   * @param stopped told once if no further outcome will be read, unless by {@link #close}
   */
  public VerdictOutcomes(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      RegistryDeserializer<VerdictOutcome> deserializer,
      Consumer<VerdictOutcome> listener,
      Consumer<RuntimeException> stopped) {
    String topic = Topic.VERDICT_OUTCOMES.topicName();
    this.reader =
        new TopicReader<>(consumer, topic, null, deserializer, handler(listener, stopped));
    try {
      reader.start();
    } catch (RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Connects a reader.
   *
   * @throws TimeoutException if no broker answers within 20 s ({@code default.api.timeout.ms})
   * @throws IllegalStateException if the topic of outcomes does not exist
   */
  public static VerdictOutcomes connect(
      HydraConnection connection,
      Consumer<VerdictOutcome> listener,
      Consumer<RuntimeException> stopped) {
    return connection.reach(
        () ->
            new VerdictOutcomes(
                connection.consumer(),
                new RegistryDeserializer<>(connection.registry(), Topic.VERDICT_OUTCOMES),
                listener,
                stopped));
  }

  private static TopicReader.Handler<VerdictOutcome> handler(
      Consumer<VerdictOutcome> app, Consumer<RuntimeException> stopped) {
    Listener<VerdictOutcome> listener = new Listener<>(app);
    return new TopicReader.Handler<>() {
      @Override
      public void read(ConsumerRecord<byte[], byte[]> record, VerdictOutcome outcome) {
        listener.tell(outcome);
      }

      @Override
      public void undecodable(ConsumerRecord<byte[], byte[]> record, Exception why) {}

      @Override
      public void stopped(RuntimeException why) {
        stopped.accept(why);
      }
    };
  }

  /** Stops reading. */
  @Override
  public void close() {
    reader.close();
  }
}
