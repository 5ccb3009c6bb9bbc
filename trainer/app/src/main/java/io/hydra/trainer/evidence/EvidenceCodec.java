package io.hydra.trainer.evidence;

import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.registry.RegistrySerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Bytes of {@link Evidence}, and of the moment up to which a user was erased.
 *
 * <p>Evidence: a version byte, then Avro binary by the schema in {@code evidence-VERSION.avsc},
 * which holds the contract's records as they were when that version was first written, so later
 * programs can read it. A moment: a version byte of its own, then milliseconds (int64, big-endian).
 * Not thread-safe.
 */
final class EvidenceCodec {
  static {
    RegistrySerializer.trustRecords();
  }

  static final byte VERSION = 3;
  static final byte MOMENT_VERSION = 1;

  private static final int FIRST_BYTES = 1024;
  private static final int TASK = 0;
  private static final int EXPOSURE = 1;
  private static final int VERDICT = 2;

  /** Of versions 1, 2, … */
  private static final List<Schema> SCHEMAS =
      IntStream.rangeClosed(1, VERSION).mapToObj(version -> schema((byte) version)).toList();

  private static final Schema LATEST = SCHEMAS.get(VERSION - 1);

  private final List<SpecificDatumWriter<IndexedRecord>> writers =
      SCHEMAS.stream().map(SpecificDatumWriter<IndexedRecord>::new).toList();
  private final List<SpecificDatumReader<IndexedRecord>> readers =
      SCHEMAS.stream()
          .map(written -> new SpecificDatumReader<IndexedRecord>(written, current()))
          .toList();

  /** The schema by which that version is written. */
  static Schema schema(byte version) {
    try (InputStream in =
        EvidenceCodec.class.getResourceAsStream("evidence-" + version + ".avsc")) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same record with the contract's records as this program knows them. */
  static Schema current() {
    Schema none = Schema.create(Schema.Type.NULL);
    return Schema.createRecord(
        LATEST.getName(),
        null,
        LATEST.getNamespace(),
        false,
        List.of(
            field(TASK, Schema.create(Schema.Type.STRING)),
            field(EXPOSURE, Schema.createUnion(none, Exposure.getClassSchema())),
            field(VERDICT, Schema.createUnion(none, GivenVerdict.getClassSchema()))));
  }

  private static Schema.Field field(int position, Schema schema) {
    return new Schema.Field(LATEST.getFields().get(position).name(), schema);
  }

  /** By the earliest version that holds all of it, for the program before this one. */
  byte[] encode(Evidence evidence) {
    byte version = expectsWords(evidence.exposure()) ? VERSION : 1;
    IndexedRecord record = new GenericData.Record(SCHEMAS.get(version - 1));
    record.put(TASK, evidence.verdictTask());
    record.put(EXPOSURE, evidence.exposure());
    record.put(VERDICT, evidence.verdict());
    ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BYTES);
    out.write(version);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      writers.get(version - 1).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static boolean expectsWords(Exposure exposure) {
    return exposure != null
        && exposure.getCandidates().stream().anyMatch(shown -> shown.getExpectedWords() != null);
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or cut short
   */
  Evidence decode(byte[] bytes) {
    requireVersion(bytes, VERSION);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null);
    try {
      IndexedRecord record = readers.get(bytes[0] - 1).read(null, decoder);
      return new Evidence(
          record.get(TASK).toString(),
          (Exposure) record.get(EXPOSURE),
          (GivenVerdict) record.get(VERDICT));
    } catch (IOException | AvroRuntimeException e) {
      throw new CorruptValueException("evidence is cut short", e);
    }
  }

  static byte[] encodeMoment(Instant moment) {
    return ByteBuffer.allocate(1 + Long.BYTES)
        .put(MOMENT_VERSION)
        .putLong(moment.toEpochMilli())
        .array();
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or cut short
   */
  static Instant decodeMoment(byte[] bytes) {
    requireVersion(bytes, MOMENT_VERSION);
    if (bytes.length != 1 + Long.BYTES) {
      throw new CorruptValueException("the moment of an erasure is cut short");
    }
    return Instant.ofEpochMilli(ByteBuffer.wrap(bytes, 1, Long.BYTES).getLong());
  }

  private static void requireVersion(byte[] bytes, byte latest) {
    if (bytes.length == 0 || bytes[0] < 1 || bytes[0] > latest) {
      throw new CorruptValueException(
          "evidence has a format version that this program does not read: upgrade it");
    }
  }
}
