package io.hydra.infra.broker;

import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * The listeners (loopback only) and the data folder of one broker.
 *
 * @param port of the clients' listener, 1 to 65535
 * @param controllerPort of the KRaft controller's listener, another one
 * @param more settings of a {@code server.properties}, which win
 */
record BrokerSettings(int port, int controllerPort, Path dataDir, Map<String, String> more) {
  static final String HOST = "127.0.0.1";
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  BrokerSettings {
    if (port == controllerPort) {
      throw new UserException(
          "port " + port + " is given to both the broker and its controller; they need two");
    }
  }

  String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** As in a {@code server.properties}: one node that is both broker and controller. */
  Properties toProperties() {
    Properties properties = new Properties();
    String clients = "PLAINTEXT://" + bootstrapServers();
    String controller = HOST + ":" + controllerPort;
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE_ID));
    properties.put("controller.quorum.voters", NODE_ID + "@" + controller);
    properties.put("listeners", clients + "," + CONTROLLER_LISTENER + "://" + controller);
    properties.put("advertised.listeners", clients);
    properties.put("controller.listener.names", CONTROLLER_LISTENER);
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("log.dirs", dataDir.toAbsolutePath().toString());
    // A mistyped topic must fail, not appear with one partition and no compaction.
    properties.put("auto.create.topics.enable", "false");
    singleNode(properties);
    smallFootprint(properties);
    properties.putAll(more);
    return properties;
  }

  private static void singleNode(Properties properties) {
    for (String topic :
        new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
      properties.put(topic + ".replication.factor", "1");
      properties.put(topic + ".num.partitions", "4");
    }
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    // Waiting for further members pays in a fleet; here it only delays the first assignment.
    properties.put("group.initial.rebalance.delay.ms", "0");
  }

  private static void smallFootprint(Properties properties) {
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
    properties.put("background.threads", "2");
    properties.put("num.recovery.threads.per.data.dir", "2");
    properties.put("log.cleaner.threads", "1");
    // The default of 128 MB lies on the heap, whether there is anything to compact or not.
    properties.put("log.cleaner.dedupe.buffer.size", "8388608");
  }
}
