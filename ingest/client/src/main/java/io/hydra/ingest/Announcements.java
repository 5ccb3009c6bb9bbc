package io.hydra.ingest;

import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/** Tells what the system announces on one of its topics, from when it is opened. */
public final class Announcements<T extends SpecificRecord> implements AutoCloseable {
  private final TopicReader<T> reader;

  /**
   * Positions the consumer at the end of every partition before it returns, and closes it if that
   * fails.
   *
   * @param consumer owned; without a group, reading committed records only
   * @param listener told of every announcement, everybody's, on the reading thread; what it throws
   *     does not stop the reading
   * @param stopped told once if nothing further will be read, unless by {@link #close}
   */
  Announcements(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Topic topic,
      RegistryDeserializer<T> deserializer,
      Consumer<T> listener,
      Consumer<RuntimeException> stopped) {
    Listener<T> app = new Listener<>(listener);
    TopicReader.Handler<T> handler =
        new TopicReader.Handler<>() {
          @Override
          public void read(ConsumerRecord<byte[], byte[]> record, T announced) {
            app.tell(announced);
          }

          @Override
          public void undecodable(ConsumerRecord<byte[], byte[]> record, Exception why) {}

          @Override
          public void stopped(RuntimeException why) {
            stopped.accept(why);
          }
        };
    this.reader =
        new TopicReader<>(consumer, topic.topicName(), null, deserializer, handler, Duration.ZERO);
    try {
      reader.start();
    } catch (RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Tells what becomes of the verdicts on responses. A verdict has an outcome within a moment; one
   * that is {@code WAITING} may have another later.
   *
   * @throws TimeoutException if no broker answers within 20 s ({@code default.api.timeout.ms})
   * @throws IllegalStateException if the topic does not exist
   */
  public static Announcements<VerdictOutcome> ofVerdicts(
      HydraConnection connection,
      Consumer<VerdictOutcome> listener,
      Consumer<RuntimeException> stopped) {
    return connect(connection, Topic.VERDICT_OUTCOMES, listener, stopped);
  }

  /** Tells of erasures that were carried out; throws as {@link #ofVerdicts}. */
  public static Announcements<UserErased> ofErasures(
      HydraConnection connection,
      Consumer<UserErased> listener,
      Consumer<RuntimeException> stopped) {
    return connect(connection, Topic.ERASURES, listener, stopped);
  }

  private static <T extends SpecificRecord> Announcements<T> connect(
      HydraConnection connection,
      Topic topic,
      Consumer<T> listener,
      Consumer<RuntimeException> stopped) {
    return connection.reach(
        () ->
            new Announcements<>(
                connection.consumer(),
                topic,
                new RegistryDeserializer<>(connection.registry(), topic),
                listener,
                stopped));
  }

  /** Stops reading. */
  @Override
  public void close() {
    reader.close();
  }
}
