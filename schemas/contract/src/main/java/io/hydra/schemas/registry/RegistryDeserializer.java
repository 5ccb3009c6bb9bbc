package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads values of one topic in Confluent's wire format, resolving the writer's schema to ours. A
 * bad value and an absent registry are told apart: the first is a dead letter, the second a retry.
 * Not thread-safe; the registry client behind it may be shared.
 */
public final class RegistryDeserializer<T extends SpecificRecord> {
  static {
    RegistrySerializer.trustRecords();
  }

  /** Time in which ids that the registry does not give are asked for again, all together. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A value larger than any topic of ours takes. */
  private static final int MAX_VALUE_BYTES = 2 * 1024 * 1024;

  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int MOST_READERS = 256;

  private final Schema readerSchema;
  private final WriterSchemas writerSchemas;
  private final Map<Integer, SpecificDatumReader<T>> readers =
      WriterSchemas.oldestGoFirst(MOST_READERS);
  private BinaryDecoder decoder;

  public RegistryDeserializer(SchemaRegistryClient registry, Topic topic) {
    this(registry, topic, PATIENCE);
  }

  /**
   * @param patience the time to keep asking, and to block, for schema ids that the registry does
   *     not give while it answers for others: once in five minutes, for all such ids together
   */
  public RegistryDeserializer(SchemaRegistryClient registry, Topic topic, Duration patience) {
    this.readerSchema = topic.schema().orElseThrow();
    this.writerSchemas =
        new WriterSchemas(
            registry, topic, patience, System::nanoTime, pause -> Thread.sleep(pause.toMillis()));
  }

  /**
   * @throws UndecodableRecordException if the bytes can never be decoded
   * @throws RegistryUnavailableException if the registry does not answer
   */
  public T deserialize(byte[] value) throws UndecodableRecordException {
    if (value == null || value.length < HEADER_BYTES) {
      throw new UndecodableRecordException(
          "the value is shorter than Confluent's wire format: send Avro through a registry-aware"
              + " serializer");
    }
    if (value[0] != RegistrySerializer.MAGIC) {
      throw new UndecodableRecordException(
          "the first byte is %d, not 0: send Avro through a registry-aware serializer"
              .formatted(value[0]));
    }
    if (value.length > MAX_VALUE_BYTES) {
      throw new UndecodableRecordException(
          "the value has %d bytes, %d at most: shorten its texts"
              .formatted(value.length, MAX_VALUE_BYTES));
    }
    SpecificDatumReader<T> reader = reader(schemaId(value));
    try {
      decoder =
          DecoderFactory.get()
              .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, decoder);
      T record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UndecodableRecordException(
            "bytes are left behind the %s: the value was not written with the schema it names"
                .formatted(readerSchema.getName()));
      }
      return record;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Damaged bytes make Avro throw almost anything, and its message may quote the data. A field
      // of a recursive type that only the writer knows is skipped as deep as the bytes nest.
      throw new UndecodableRecordException(
          "the value is no %s of the schema it names (%s)"
              .formatted(readerSchema.getName(), e.getClass().getSimpleName()));
    }
  }

  /**
   * Looks up the schema that a value was written with, so that reading others like it asks nobody.
   *
   * @param value in Confluent's wire format
   * @throws UndecodableRecordException if values of the schema can never be decoded, or {@link
   *     UndecodableRecordException#isSchemaUnknown} if it is unknown
   * @throws RegistryUnavailableException if the registry does not answer
   */
  public void learn(byte[] value) throws UndecodableRecordException {
    SpecificDatumReader<T> unused = reader(schemaId(value));
  }

  private static int schemaId(byte[] value) {
    return ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
  }

  private SpecificDatumReader<T> reader(int schemaId) throws UndecodableRecordException {
    SpecificDatumReader<T> known = readers.get(schemaId);
    if (known == null) {
      known = new SpecificDatumReader<>(writerSchemas.get(schemaId), readerSchema);
      readers.put(schemaId, known);
    }
    return known;
  }
}
