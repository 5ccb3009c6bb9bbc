package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes a record of one topic in Confluent's wire format: a zero byte, the schema id as a
 * four-byte big-endian integer, then Avro binary. It looks the schema up and never registers one:
 * that is done once, when the topics are made.
 */
public final class RegistrySerializer<T extends SpecificRecord> implements Serializer<T> {
  static {
    trustRecords();
  }

  static final byte MAGIC = 0;
  private static final int UNKNOWN_ID = -1;

  private final SchemaRegistryClient registry;
  private final Topic topic;
  private final SpecificDatumWriter<T> writer;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private volatile int schemaId = UNKNOWN_ID;

  public RegistrySerializer(SchemaRegistryClient registry, Topic topic) {
    this.registry = registry;
    this.topic = topic;
    this.writer = new SpecificDatumWriter<>(topic.schema().orElseThrow());
  }

  /**
   * Adds the records of this contract to the classes that Avro instantiates, process-wide: from
   * 1.12.2 on it must be told. Called before the first reader or writer is made.
   */
  public static synchronized void trustRecords() {
    var before = ClassSecurityValidator.getGlobal();
    if (!before.isTrusted(BehaviorEvent.class)) {
      String records = BehaviorEvent.class.getPackageName();
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(before, type -> type.getPackageName().equals(records)));
    }
  }

  /**
   * @throws RegistryUnavailableException if the registry does not answer
   * @throws SerializationException if the schema is not registered, or the record does not fit it
   */
  @Override
  public byte[] serialize(String topicName, T record) {
    if (record == null) {
      return null;
    }
    int id = schemaId();
    Scratch out = scratch.get();
    out.begin(id);
    try {
      writer.write(record, out.encoder);
      out.encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NullPointerException | ClassCastException e) {
      throw new SerializationException(
          "a %s for %s lacks a required field or has one of a wrong type"
              .formatted(record.getSchema().getName(), topic.topicName()),
          e);
    } finally {
      if (out.size() > Scratch.MOST_KEPT) {
        scratch.remove();
      }
    }
    return out.toByteArray();
  }

  private int schemaId() {
    int id = schemaId;
    if (id == UNKNOWN_ID) {
      try {
        id = registry.getId(topic.subject(), new AvroSchema(topic.schema().orElseThrow()));
      } catch (RestClientException e) {
        if (!RegistryAnswers.isUnknown(e)) {
          throw RegistryAnswers.unavailable(e);
        }
        throw new SerializationException(
            "the schema of %s is not registered under subject %s: create the topics and subjects first"
                .formatted(topic.topicName(), topic.subject()),
            e);
      } catch (IOException e) {
        throw RegistryAnswers.unavailable(e);
      }
      schemaId = id;
    }
    return id;
  }

  /** A thread's buffer and encoder: to make them anew for each record takes half of its time. */
  private static final class Scratch extends ByteArrayOutputStream {
    static final int MOST_KEPT = 64 * 1024;

    final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(this, null);

    Scratch() {
      super(512);
    }

    void begin(int schemaId) {
      // A record that failed half-way left its beginning in the encoder, which this flushes.
      var unused = EncoderFactory.get().binaryEncoder(this, encoder);
      reset();
      write(MAGIC);
      for (int shift = 24; shift >= 0; shift -= 8) {
        write(schemaId >>> shift);
      }
    }
  }
}
