package io.hydra.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrySerdeTest {
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final RegistrySerializer<Query> serializer =
      new RegistrySerializer<>(registry, Topic.QUERIES);
  private final RegistryDeserializer<Query> deserializer =
      new RegistryDeserializer<>(registry, Topic.QUERIES, Duration.ZERO);
  private int schemaId;

  @BeforeEach
  void register() throws Exception {
    int unused =
        registry.register(
            Topic.HEAD_REQUESTS.subject(), new AvroSchema(HeadUpdateRequest.getClassSchema()));
    schemaId = registry.register(Topic.QUERIES.subject(), new AvroSchema(Query.getClassSchema()));
  }

  private static Query query() {
    return Query.newBuilder()
        .setQueryId("q1")
        .setTenant("acme")
        .setUserId("ann")
        .setTask("sample")
        .setInput("what now?")
        .setDeadline(Instant.ofEpochMilli(1_700_000_000_000L))
        .build();
  }

  @Test
  void writesConfluentsWireFormat() {
    byte[] bytes = serializer.serialize("any", query());
    assertThat(bytes[0]).isZero();
    assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(schemaId);
  }

  @Test
  void theIdOfASchemaHasFourBytes() {
    MoodyRegistry full =
        new MoodyRegistry() {
          @Override
          public int getId(String subject, ParsedSchema schema) {
            return 0x01020304;
          }
        };
    byte[] bytes = new RegistrySerializer<Query>(full, Topic.QUERIES).serialize("any", query());
    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void readsWhatItWrote() throws Exception {
    assertThat(deserializer.deserialize(serializer.serialize("any", query()))).isEqualTo(query());
  }

  @Test
  void oneRecordLeavesNothingInTheNext() throws Exception {
    byte[] good = serializer.serialize("any", query());
    Query halfWritten = query();
    halfWritten.setInput(null);
    Query large = query();
    large.setInput("x".repeat(200_000));
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> serializer.serialize("any", halfWritten))
        .withMessageContaining("lacks a required field");
    assertThat(serializer.serialize("any", query())).isEqualTo(good);
    assertThat(deserializer.deserialize(serializer.serialize("any", large))).isEqualTo(large);
    assertThat(serializer.serialize("any", query())).isEqualTo(good);
  }

  @Test
  void tellsWhyBytesCannotBeDecoded() {
    byte[] good = serializer.serialize("any", query());
    byte[] unknownId = good.clone();
    unknownId[1] = 99;
    byte[] otherRecord = good.clone();
    otherRecord[4] = (byte) (schemaId - 1);
    byte[] plainText = "not avro at all".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertUndecodable(null, "shorter");
    assertUndecodable(new byte[0], "shorter");
    assertUndecodable(plainText, "first byte");
    assertUndecodable(unknownId, "unknown to the registry");
    assertUndecodable(otherRecord, "HeadUpdateRequest");
    assertUndecodable(Arrays.copyOf(good, good.length - 3), "no Query");
    assertUndecodable(Arrays.copyOf(good, good.length + 3), "left behind");
  }

  private void assertUndecodable(byte[] bytes, String reason) {
    assertThatExceptionOfType(UndecodableRecordException.class)
        .isThrownBy(() -> deserializer.deserialize(bytes))
        .withMessageContaining(reason);
  }

  @Test
  void valueNestedTooDeepInAFieldThatOnlyTheWriterKnowsIsUndecodable() throws Exception {
    String own = Query.getClassSchema().toString();
    String nested =
        own.substring(0, own.lastIndexOf("]"))
            + """
            ,{"name":"x","default":null,"type":["null",{"type":"record","name":"N",
              "fields":[{"name":"next","type":["null","N"]}]}]}]}""";
    int id = registry.register(Topic.QUERIES.subject(), new AvroSchema(nested));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] good = serializer.serialize("any", query());
    bytes.write(good, 0, good.length);
    for (int i = 0; i < 200_000; i++) {
      bytes.write(2);
    }
    bytes.write(0);
    byte[] deep = bytes.toByteArray();
    ByteBuffer.wrap(deep).putInt(1, id);
    assertUndecodable(deep, "StackOverflowError");
    assertThat(deserializer.deserialize(good)).isEqualTo(query());
  }

  @Test
  void valueLargerThanAnyTopicTakesIsUndecodable() {
    assertUndecodable(new byte[2 * 1024 * 1024 + 1], "bytes");
  }

  @Test
  void registryThatRefusesTheProducerIsWaitedForAndDoesNotSpoilTheRecord() {
    MoodyRegistry moody =
        new MoodyRegistry() {
          @Override
          public int getId(String subject, ParsedSchema schema) throws RestClientException {
            throw new RestClientException("no", 401, 401);
          }
        };
    RegistrySerializer<Query> refused = new RegistrySerializer<>(moody, Topic.QUERIES);
    assertThatExceptionOfType(RegistryUnavailableException.class)
        .isThrownBy(() -> refused.serialize("any", query()))
        .withMessageContaining("credentials");
  }

  @Test
  void neverRegistersASchemaByItself() {
    RegistrySerializer<Query> stranger =
        new RegistrySerializer<>(new MockSchemaRegistryClient(), Topic.QUERIES);
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> stranger.serialize("any", query()))
        .withMessageContaining("not registered");
  }
}
