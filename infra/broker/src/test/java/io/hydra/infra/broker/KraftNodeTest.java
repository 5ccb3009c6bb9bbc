package io.hydra.infra.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.broker.BrokerMain.LoopbackPorts;
import io.hydra.schemas.config.UserException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KraftNodeTest {
  private static final String TOPIC = "kept";

  @TempDir Path dataDir;

  @Test
  void recordsAndCommittedOffsetsOutliveTheProcess() throws Exception {
    BrokerSettings first = settings();
    try (KraftNode node = KraftNode.start(first)) {
      createTopic(first);
      produceInOneTransaction(first, "one", "two");
      commit(first, 1);
    }

    // On other ports, as after a restart that picks free ones.
    BrokerSettings second = settings();
    try (KraftNode node = KraftNode.start(second)) {
      produceInOneTransaction(second, "three");
      assertThat(consumeFromCommitted(second, 2)).containsExactly("two", "three");
    }
  }

  @Test
  void aProcessKilledOutrightLosesNothingItAcknowledged() throws Exception {
    try (BrokerProcess killed = BrokerProcess.start(dataDir)) {
      String servers = killed.bootstrapServers();
      int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
      BrokerSettings settings = new BrokerSettings(port, 1, dataDir, Map.of());
      createTopic(settings);
      produceInOneTransaction(settings, "one", "two");
    }

    BrokerSettings again = settings();
    try (KraftNode node = KraftNode.start(again)) {
      assertThat(consumeFromCommitted(again, 2)).containsExactly("one", "two");
    }
  }

  @Test
  void anUnknownTopicIsNotCreated() throws Exception {
    BrokerSettings settings = settings();
    try (KraftNode node = KraftNode.start(settings);
        Admin admin = admin(settings)) {
      assertThatThrownBy(() -> admin.describeTopics(List.of("mistyped")).allTopicNames().get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void aSecondBrokerOnTheSameFolderIsRefused() {
    try (KraftNode node = KraftNode.start(settings())) {
      assertThatThrownBy(() -> KraftNode.start(settings()))
          .isInstanceOf(UserException.class)
          .hasMessage("data folder " + dataDir + " is used by another broker");
    }
  }

  @Test
  void aTakenPortIsSaidInOneLineAndExitsWithOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> LoopbackPorts.claim(port, 0))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("port " + port + " on 127.0.0.1 is taken");
      assertThat(BrokerMain.run("--port", Integer.toString(port), "--data-dir", dataDir.toString()))
          .isEqualTo(1);
    }
  }

  @Test
  void anUnknownOptionIsAUsageError() {
    assertThat(BrokerMain.run("--prot", "1")).isEqualTo(2);
    assertThat(BrokerMain.run("--port", "70000")).isEqualTo(2);
  }

  private BrokerSettings settings() {
    List<Integer> ports = LoopbackPorts.claim(0, 0);
    return new BrokerSettings(ports.get(0), ports.get(1), dataDir, Map.of());
  }

  private static Admin admin(BrokerSettings settings) {
    return Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()));
  }

  private static void createTopic(BrokerSettings settings) throws Exception {
    try (Admin admin = admin(settings)) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
          .all()
          .get();
    }
  }

  private static void produceInOneTransaction(BrokerSettings settings, String... values) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            settings.bootstrapServers(),
            "transactional.id",
            "kraft-node-test");
    try (var producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String value : values) {
        producer.send(new ProducerRecord<>(TOPIC, "key", value));
      }
      producer.commitTransaction();
    }
  }

  private static KafkaConsumer<String, String> consumer(BrokerSettings settings) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", settings.bootstrapServers(),
            "group.id", "kraft-node-test",
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed",
            "enable.auto.commit", "false");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  private static void commit(BrokerSettings settings, long offset) {
    try (var consumer = consumer(settings)) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      consumer.commitSync();
    }
  }

  private static List<String> consumeFromCommitted(BrokerSettings settings, int count) {
    List<String> values = new ArrayList<>();
    try (var consumer = consumer(settings)) {
      consumer.subscribe(List.of(TOPIC));
      // A generous bound on a broken broker, not a figure: the loop ends with the last record.
      for (int polls = 0; polls < 60 && values.size() < count; polls++) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
