package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.model.PersonalModel;
import io.hydra.runtime.retry.Backoff;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** Redis and the registry are away for eleven minutes of the trainer's own time. */
class OutageTest {
  private static final Duration OUTAGE = Duration.ofMinutes(11);
  private static PersonalModel model;

  @TempDir private Path stateDir;
  private Duration elapsed = Duration.ZERO;
  private final Dependencies dependencies =
      new Dependencies(
          Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5)),
          pause -> elapsed = elapsed.plus(pause));
  private final AwayRegistry registry = new AwayRegistry();
  private boolean registryGoesAway;

  @BeforeAll
  static void train() {
    model = HeadsTopologyTest.trainedModel();
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  private final class AwayRegistry extends MockSchemaRegistryClient {
    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      if (registryGoesAway && isAway()) {
        throw new IOException("Connection refused");
      }
      return super.getSchemaById(id);
    }
  }

  private boolean isAway() {
    return elapsed.compareTo(OUTAGE) < 0;
  }

  /** One request, answered in spite of all. */
  private void oneHeadIsFitted(Supplier<JedisException> redisFailure) {
    SchemaRegistrar.registerAll(registry);
    HistoryReader histories =
        (user, task) ->
            dependencies.redis(
                () -> {
                  if (redisFailure != null && isAway()) {
                    throw redisFailure.get();
                  }
                  return new History(3, HeadsTopologyTest.reviews(3, "good", "4"));
                });
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            HeadsTopology.build(model, histories, registry, dependencies, new LetterLimit()),
            config)) {
      TestOutputTopic<byte[], byte[]> heads = output(driver, Topic.HEADS);
      TestOutputTopic<byte[], byte[]> letters = output(driver, Topic.HEAD_REQUESTS_DLQ);
      driver
          .createInputTopic(
              Topic.HEAD_REQUESTS.topicName(), new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput("acme:ann".getBytes(StandardCharsets.UTF_8), request());
      assertThat(heads.readRecordsToList()).hasSize(1);
      assertThat(letters.isEmpty()).isTrue();
    }
    assertThat(elapsed).isGreaterThanOrEqualTo(OUTAGE);
  }

  private byte[] request() {
    return new RegistrySerializer<HeadUpdateRequest>(registry, Topic.HEAD_REQUESTS)
        .serialize(
            null,
            HeadUpdateRequest.newBuilder()
                .setTenant("acme")
                .setUserId("ann")
                .setTask("LaMP_3")
                .setHistoryVersion(3)
                .setReason(TriggerReason.COUNT)
                .setRequestedAt(Instant.EPOCH)
                .build());
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, Topic topic) {
    return driver.createOutputTopic(
        topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Test
  void aRequestWaitsForRedis() {
    oneHeadIsFitted(() -> new JedisConnectionException("Connection refused"));
  }

  @Test
  void aRequestWaitsForARedisThatRefusesThePassword() {
    oneHeadIsFitted(() -> new JedisAccessControlException("WRONGPASS invalid password"));
  }

  @Test
  void aRequestWaitsForTheRegistry() {
    registryGoesAway = true;
    oneHeadIsFitted(null);
  }
}
