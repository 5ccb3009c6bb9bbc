package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    TrustedRecords.add();
  }

  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int HTTP_NOT_FOUND = 404;

  /** How the registry client begins its message, of no class of its own, for other schema types. */
  private static final String NOT_AVRO = "Invalid schema";

  private final SchemaRegistryClient registry;
  private final Topic topic;
  private final Schema readerSchema;
  private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
  private BinaryDecoder decoder;

  public RegistryDeserializer(SchemaRegistryClient registry, Topic topic) {
    this.registry = registry;
    this.topic = topic;
    this.readerSchema = topic.schema().orElseThrow();
  }

  /**
   * @throws UndecodableRecordException if the bytes can never be decoded
   * @throws RegistryUnavailableException if the registry does not answer
   */
  public T deserialize(byte[] value) throws UndecodableRecordException {
    if (value == null || value.length < HEADER_BYTES) {
      throw new UndecodableRecordException(
          "the value is shorter than Confluent's wire format: send Avro through a registry-aware serializer");
    }
    if (value[0] != RegistrySerializer.MAGIC) {
      throw new UndecodableRecordException(
          "the first byte is %d, not 0: send Avro through a registry-aware serializer"
              .formatted(value[0]));
    }
    SpecificDatumReader<T> reader = reader(ByteBuffer.wrap(value, 1, Integer.BYTES).getInt());
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
    } catch (IOException | RuntimeException e) {
      // Damaged bytes make Avro throw almost anything, and its message may quote the data.
      throw new UndecodableRecordException(
          "the value is no %s of the schema it names (%s)"
              .formatted(readerSchema.getName(), e.getClass().getSimpleName()));
    }
  }

  private SpecificDatumReader<T> reader(int schemaId) throws UndecodableRecordException {
    SpecificDatumReader<T> known = readers.get(schemaId);
    if (known != null) {
      return known;
    }
    Schema writerSchema;
    try {
      if (!(registry.getSchemaById(schemaId) instanceof AvroSchema avro)) {
        throw new UndecodableRecordException("schema id %d is not Avro".formatted(schemaId));
      }
      writerSchema = avro.rawSchema();
    } catch (RestClientException e) {
      if (e.getStatus() == HTTP_NOT_FOUND) {
        throw new UndecodableRecordException(
            "schema id %d is unknown to the registry: register the schema under %s first"
                .formatted(schemaId, topic.subject()));
      }
      throw new RegistryUnavailableException("the schema registry answered " + e.getStatus(), e);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith(NOT_AVRO)) {
        throw new UndecodableRecordException("schema id %d is not Avro".formatted(schemaId));
      }
      throw new RegistryUnavailableException("the schema registry does not answer", e);
    }
    if (!writerSchema.getFullName().equals(readerSchema.getFullName())) {
      throw new UndecodableRecordException(
          "schema id %d is a %s where %s carries %s"
              .formatted(
                  schemaId,
                  writerSchema.getFullName(),
                  topic.topicName(),
                  readerSchema.getFullName()));
    }
    SpecificDatumReader<T> reader = new SpecificDatumReader<>(writerSchema, readerSchema);
    readers.put(schemaId, reader);
    return reader;
  }
}
