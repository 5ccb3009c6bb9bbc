package io.hydra.runtime.kafka;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryUnavailableException;
import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.ClientDnsLookup;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A Kafka cluster with its schema registry, and the security settings of both. Never shown whole:
 * the properties may hold passwords.
 */
public final class KafkaConnection implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Prefixes of the registry client's own settings, as Confluent's serializers read them. */
  private static final List<String> REGISTRY_PREFIXES =
      List.of("schema.registry.", "basic.auth.", "bearer.auth.");

  /** The message of a client that is being made while DNS knows no broker's name. */
  private static final String UNRESOLVABLE = "No resolvable bootstrap";

  /** Of a producer's message that names a topic. */
  private static final String NOT_IN_METADATA = "not present in metadata";

  /** Begins a producer's message of records that no broker took: all are away, or too few. */
  private static final String UNTAKEN = "Expiring";

  private static final String NO_TOPIC =
      "a topic does not exist: hydra topics --check names it, hydra topics creates it";

  private static final String UNANSWERED =
      "no Kafka broker answers %s: check that it runs, its address and the security settings";

  private static final int CONNECT_MILLIS = 2000;

  private final String bootstrapServers;
  private final String registryUrl;
  private final HashMap<String, String> clientProperties = new HashMap<>();
  private final HashMap<String, String> registryProperties = new HashMap<>();

  /**
   * @param bootstrapServers host:port[,host:port]
   * @param registryUrl base of the registry's Confluent API
   * @param properties of every client; those of the registry begin with {@code schema.registry.},
   *     {@code basic.auth.} or {@code bearer.auth.}
   */
  public KafkaConnection(
      String bootstrapServers, String registryUrl, Map<String, String> properties) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    properties.forEach(
        (name, value) ->
            (REGISTRY_PREFIXES.stream().anyMatch(name::startsWith)
                    ? registryProperties
                    : clientProperties)
                .put(name, value));
  }

  /**
   * The broker is away, or refuses who we are or what we may: waited for, like any dependency. All
   * else is a defect.
   */
  public static boolean isOutage(Exception e) {
    return e instanceof RetriableException
        || e instanceof AuthenticationException
        || e instanceof AuthorizationException
        || (e instanceof KafkaException
            && e.getCause() instanceof ConfigException config
            && String.valueOf(config.getMessage()).startsWith(UNRESOLVABLE));
  }

  /** The reason of a failure of a Kafka client and what to do about it, for people. */
  public static String reason(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String message = String.valueOf(e.getMessage());
      if (e instanceof UnknownTopicOrPartitionException) {
        return NO_TOPIC;
      }
      if (e instanceof RegistryUnavailableException) {
        return message;
      }
      if (e instanceof TimeoutException && message.contains(NOT_IN_METADATA)) {
        return message.strip() + " It is missing (see hydra topics --check), or no broker answers";
      }
      if (e instanceof TimeoutException && message.startsWith(UNTAKEN)) {
        return "Kafka did not take it in time (%s): hydra status says what is away"
            .formatted(message.strip());
      }
      if (e instanceof TimeoutException) {
        // Kafka's own message names the request; one of ours, around it, the brokers.
        return e.getCause() instanceof TimeoutException ? message : UNANSWERED.formatted("there");
      }
    }
    return Program.rootMessage(failure);
  }

  /**
   * Returns once a broker has taken a connection. It tells a wrong address at once, where Kafka's
   * clients go on trying for as long as their users are patient.
   *
   * @throws UserException if none does
   */
  public KafkaConnection requireAnswer() {
    if (resolve().stream().noneMatch(KafkaConnection::takesConnections)) {
      throw new UserException(UNANSWERED.formatted("at " + this));
    }
    return this;
  }

  /**
   * Waits for a broker and a registry that a supervisor starts again when they end, until both take
   * a connection. A registry that takes none when that is given up is left to whoever asks it.
   *
   * @param retry of a {@link UserException}
   * @return this
   * @throws UserException if no broker does even then
   */
  public KafkaConnection awaitRestart(Retry retry) throws InterruptedException {
    URI registry = URI.create(registryUrl);
    var registryAddress = new InetSocketAddress(registry.getHost(), registry.getPort());
    try {
      retry.run(
          () -> {
            if (!takesConnections(registryAddress)) {
              throw new UserException("no schema registry answers at " + registryUrl);
            }
            KafkaConnection unused = requireAnswer();
          });
      return this;
    } catch (UserException givenUp) {
      return requireAnswer();
    }
  }

  private static boolean takesConnections(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      return true;
    } catch (IOException silent) {
      return false;
    }
  }

  /** Empty where DNS knows none. */
  private List<InetSocketAddress> resolve() {
    try {
      return ClientUtils.parseAndValidateAddresses(
          List.of(bootstrapServers.split(",")), ClientDnsLookup.USE_ALL_DNS_IPS);
    } catch (ConfigException unknown) {
      return List.of();
    }
  }

  /** A cluster that asks for nothing. */
  public static KafkaConnection open(String bootstrapServers, String registryUrl) {
    return new KafkaConnection(bootstrapServers, registryUrl, Map.of());
  }

  /**
   * Reads a properties file as Kafka's own tools take it.
   *
   * @throws UncheckedIOException if it cannot be read; the message names the file alone
   */
  public static Map<String, String> readProperties(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new UncheckedIOException(
          "cannot read %s as a properties file (%s)".formatted(file, e.getClass().getSimpleName()),
          e instanceof IOException io ? io : new IOException(e));
    }
    Map<String, String> read = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
    return read;
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Base of the registry's Confluent API. */
  public String registryUrl() {
    return registryUrl;
  }

  /** The security settings of both, as one file holds them. */
  public Map<String, Object> properties() {
    Map<String, Object> all = new HashMap<>(clientProperties);
    all.putAll(registryProperties);
    return all;
  }

  /** The configuration of one client: the cluster's and {@code own}, which wins. */
  public Map<String, Object> with(Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>(clientProperties);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    all.putAll(own);
    return all;
  }

  /** The same as {@link #with}, for what takes {@link Properties}. */
  public Properties propertiesWith(Map<String, ?> own) {
    Properties all = new Properties();
    all.putAll(with(own));
    return all;
  }

  /**
   * An admin client that gives up in time, and that the caller closes.
   *
   * @param patience with each question, one repetition included
   * @throws UserException if the properties allow none
   */
  public Admin openAdmin(Duration patience) {
    int millis = (int) patience.toMillis();
    Map<String, Object> timeouts =
        Map.of(
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            millis,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            millis / 2);
    try {
      return Admin.create(with(timeouts));
    } catch (KafkaException e) {
      throw new UserException("no client can be made of " + this + ": " + e.getMessage(), e);
    }
  }

  /**
   * A consumer of committed records that is in no group and commits nothing. It goes on at the
   * earliest record where its own have expired. The caller assigns its partitions and closes it.
   *
   * @param own settings, which win
   */
  public <K, V> Consumer<K, V> openReader(
      Map<String, ?> own, Deserializer<K> keys, Deserializer<V> values) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.putAll(own);
    Map<String, Object> all = with(config);
    // A file of consumer properties may name a group, and its offsets are not ours to move.
    all.remove(ConsumerConfig.GROUP_ID_CONFIG);
    all.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return new KafkaConsumer<>(all, keys, values);
  }

  /** The same, of records as they are. */
  public Consumer<byte[], byte[]> openReader(Map<String, ?> own) {
    return openReader(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A caching client of the registry; the caller closes it. */
  public SchemaRegistryClient openRegistry() {
    return RegistryClients.open(registryUrl, registryProperties);
  }

  /** Names the brokers alone. */
  @Override
  public String toString() {
    return bootstrapServers;
  }
}
