package io.hydra.infra.trials.corpus;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Values in Confluent's wire format that no serializer would write.
 *
 * @param ids of the topics' schemas in the registry
 */
public record Wire(ToIntFunction<Topic> ids) {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** Half of a surrogate pair in the bytes that some encoders write for it; three bytes. */
  static final byte[] LONE_SURROGATE = {(byte) 0xED, (byte) 0xA0, (byte) 0xBD};

  /** Room for {@link #LONE_SURROGATE} in a text that an encoder accepts. */
  static final String HOLE = "~~~";

  /** A value as it should be. */
  public byte[] value(Topic topic, SpecificRecord record) {
    return framed(
        ids.applyAsInt(topic),
        avro(new SpecificDatumWriter<>(record.getSchema(), SpecificData.get()), record));
  }

  /** A value that names the schema with the id {@code id}. */
  static byte[] framed(int id, byte[] avro) {
    return ByteBuffer.allocate(HEADER_BYTES + avro.length)
        .put((byte) 0)
        .putInt(id)
        .put(avro)
        .array();
  }

  static byte[] generic(int id, Schema schema, IndexedRecord record) {
    return framed(id, avro(new GenericDatumWriter<>(schema), record));
  }

  private static <T> byte[] avro(org.apache.avro.io.DatumWriter<T> writer, T record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      writer.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The same value under another id. */
  static byte[] renamed(byte[] value, int id) {
    return ByteBuffer.wrap(value.clone()).putInt(1, id).array();
  }

  static byte[] withoutHeader(byte[] value) {
    return Arrays.copyOfRange(value, HEADER_BYTES, value.length);
  }

  /** With every {@link #HOLE} filled by {@code bytes}, of which there must be three. */
  static byte[] filled(byte[] value, byte[] bytes) {
    byte[] hole = utf8(HOLE);
    byte[] filled = value.clone();
    for (int at = 0; at + hole.length <= filled.length; at++) {
      if (Arrays.equals(filled, at, at + hole.length, hole, 0, hole.length)) {
        System.arraycopy(bytes, 0, filled, at, hole.length);
      }
    }
    return filled;
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A registry in memory with every topic's schema, which answers 404 for ids that it lacks. */
  public static final class LocalRegistry extends MockSchemaRegistryClient {
    private static final int NO_SCHEMA = 40403;
    private static final int NOT_FOUND = 404;

    private final Set<Integer> known = new HashSet<>();
    private final int recursive;

    public LocalRegistry() {
      for (Topic topic : Topic.values()) {
        topic.schema().ifPresent(schema -> known.add(add(topic, new AvroSchema(schema))));
      }
      recursive = add(Topic.EVENTS, new AvroSchema(SchemaCases.recursive()));
      known.add(recursive);
    }

    private int add(Topic topic, AvroSchema schema) {
      try {
        return register(topic.subject(), schema);
      } catch (IOException | RestClientException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Of ours. */
    public int id(Topic topic) {
      try {
        return getId(topic.subject(), new AvroSchema(topic.schema().orElseThrow()));
      } catch (IOException | RestClientException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Of the schema that holds itself. */
    public int recursiveId() {
      return recursive;
    }

    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      if (!known.contains(id)) {
        throw new RestClientException("no such schema", NOT_FOUND, NO_SCHEMA);
      }
      return super.getSchemaById(id);
    }
  }
}
