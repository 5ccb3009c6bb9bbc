package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.kafka.Logs;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.RunningStack;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.HydraConnection;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.store.BaseChoices;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.store.Users;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The system that a command acts on. Parts that nobody named are null, and a command that needs one
 * is refused with the remedy.
 *
 * @param bootstrapServers null if {@code registryUrl} is
 * @param redisUrl with its password
 */
record Deployment(
    String bootstrapServers,
    String registryUrl,
    String redisUrl,
    Path kafkaProperties,
    Optional<RunningStack> stack) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The embedded stack, whose broker and registry ask for nothing. */
  static Deployment of(RunningStack stack) {
    return of(stack, stack.endpoints());
  }

  /** The embedded stack at addresses that are known already. */
  static Deployment of(RunningStack stack, Endpoints endpoints) {
    return new Deployment(
        endpoints.bootstrapServers(),
        endpoints.schemaRegistryUrl(),
        endpoints.redisUrl(),
        null,
        Optional.of(stack));
  }

  /**
   * Reads the properties file, if there is one.
   *
   * @throws UserException if no brokers are named, or the file cannot be read
   */
  KafkaConnection kafka() {
    if (bootstrapServers == null) {
      throw new UserException(
          "this command needs Kafka, and no brokers are named: add --bootstrap-servers and"
              + " --schema-registry-url, or name all with --endpoints");
    }
    return new KafkaConnection(bootstrapServers, registryUrl, properties());
  }

  /**
   * The same once a broker answers; throws also if none does. What a supervisor may be starting
   * again is waited for.
   *
   * @param err told what is waited for, unless that is short
   */
  KafkaConnection reachKafka(PrintWriter err) throws InterruptedException {
    KafkaConnection kafka = kafka();
    if (stack.flatMap(RunningStack::supervisor).filter(ManagedProcess::isAlive).isEmpty()) {
      return kafka.requireAnswer();
    }
    return kafka.awaitRestart(
        new Retry(
            new Outage("Kafka or the schema registry"),
            new RestartPatience(System::nanoTime, err),
            Backoff.between(Duration.ofMillis(50), Duration.ofMillis(300)),
            Sleeper.THREAD));
  }

  /** Throws as {@link #reachKafka}. */
  HydraConnection connection(PrintWriter err) throws InterruptedException {
    KafkaConnection kafka = reachKafka(err);
    return new HydraConnection(kafka.bootstrapServers(), kafka.registryUrl(), kafka.properties());
  }

  /** Throws if no Redis is named, or its URL is malformed. */
  RedisUrl redis() {
    if (redisUrl == null) {
      throw new UserException(
          "this command needs Redis, and none is named: set HYDRA_REDIS_URL, which may hold a"
              + " password, or add --redis-url");
    }
    try {
      return RedisUrl.parse(redisUrl);
    } catch (IllegalArgumentException e) {
      throw new UserException("the URL of Redis: " + e.getMessage(), e);
    }
  }

  /**
   * A user's history, {@link History#EMPTY} if there is none.
   *
   * @throws UserException if Redis does not answer or holds what cannot be read
   */
  History history(UserKey user, String task) {
    return ask(redis -> new Histories(redis).read(user, task));
  }

  /**
   * The moments up to which these users were forgotten, without those who never were.
   *
   * @throws UserException as {@link #history}
   */
  Map<UserKey, Instant> erasures(Collection<UserKey> users) {
    return ask(redis -> new Users(redis).erasures(List.copyOf(users)));
  }

  /**
   * The bases that were chosen for tenants.
   *
   * @throws UserException as {@link #history}
   */
  BaseChoices bases() {
    return ask(BaseChoices::read);
  }

  /** Tells whether a user has heads of a base; throws as {@link #history}. */
  boolean hasHeadsOf(String baseVersion) {
    return ask(redis -> new Users(redis).anyHeadsOf(baseVersion));
  }

  /** Chooses the base that answers a tenant, or {@link BaseChoices#ANY}. */
  void chooseBase(String tenant, String version) {
    change(redis -> BaseChoices.choose(redis, tenant, version));
  }

  /** Takes that choice back. */
  void takeBackBase(String tenant) {
    change(redis -> BaseChoices.takeBack(redis, tenant));
  }

  private void change(Consumer<UnifiedJedis> command) {
    boolean unused =
        ask(
            redis -> {
              command.accept(redis);
              return true;
            });
  }

  /**
   * The recorded response to a query; empty if there is none, or none any more.
   *
   * @throws UserException as {@link #history}, and if the registry does not know its schema
   */
  Optional<Response> response(UserKey user, String queryId) {
    byte[] recorded =
        ask(
            redis -> {
              try (var pipeline = redis.pipelined()) {
                return new UserStateReader().readImpersonal(pipeline, user, queryId).recorded();
              }
            });
    if (recorded == null) {
      return Optional.empty();
    }
    try (SchemaRegistryClient registry = kafka().openRegistry()) {
      return Optional.of(
          new RegistryDeserializer<Response>(registry, Topic.RESPONSES).deserialize(recorded));
    } catch (UndecodableRecordException | RegistryUnavailableException e) {
      throw new UserException("the recorded answer cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A publisher of events, which the caller closes.
   *
   * @throws UserException as {@link #reachKafka}, and if their topic is missing: a producer would
   *     wait for it for a minute
   */
  BehaviorEventPublisher publisher(PrintWriter err) throws InterruptedException {
    HydraConnection connection = connection(err);
    try (Admin admin = kafka().openAdmin(PATIENCE)) {
      Logs.requireTopic(admin, Topic.EVENTS);
    }
    return BehaviorEventPublisher.connect(connection);
  }

  /**
   * Publishes an event; returns once the brokers have it.
   *
   * @param what names it in messages
   * @throws UserException as {@link #publisher}, and if they do not take it
   */
  void publish(BehaviorEvent event, String what, PrintWriter err) throws InterruptedException {
    try (BehaviorEventPublisher publisher = publisher(err)) {
      var unused = publisher.publish(event).join();
    } catch (CompletionException e) {
      throw new UserException(
          "%s was not taken by %s (%s): check hydra status and try again"
              .formatted(what, this, KafkaConnection.reason(e.getCause())),
          e.getCause());
    }
  }

  /**
   * Asks Redis, in one connection.
   *
   * @throws UserException as {@link #history}
   */
  <T> T ask(Function<UnifiedJedis, T> question) {
    RedisUrl address = redis();
    try (UnifiedJedis redis = RedisClients.open(address, RedisTimeouts.DEFAULT)) {
      return question.apply(redis);
    } catch (JedisException e) {
      String silent =
          "Redis at %s does not answer: check that it runs, its address, and hydra status";
      throw new UserException(
          RedisFault.code(e).isEmpty()
              ? silent.formatted(address)
              : "Redis at %s: %s".formatted(address, RedisFault.reason(e)),
          e);
    } catch (CorruptValueException | NumberFormatException e) {
      throw new UserException("what Redis holds cannot be read: " + e.getMessage(), e);
    }
  }

  /** The first base that the embedded stack serves; empty if it has none, or elsewhere. */
  Optional<BaseFiles.Checked> base() {
    return baseFolder().flatMap(Deployment::check);
  }

  /** The folder of that base, which may be gone meanwhile. */
  Optional<Path> baseFolder() {
    return stack.flatMap(running -> running.bases().stream().findFirst());
  }

  /** All bases that the embedded stack serves, the first one first; none elsewhere. */
  List<BaseFiles.Checked> served() {
    return stack.map(RunningStack::bases).orElse(List.of()).stream()
        .flatMap(folder -> check(folder).stream())
        .toList();
  }

  /** The tasks of all these bases; empty if there is none. */
  Optional<TaskCatalogue> catalogue() {
    return served().stream()
        .map(BaseFiles.Checked::catalogue)
        .reduce(TaskCatalogue::withMissingFrom);
  }

  /** Empty if it is gone meanwhile. */
  static Optional<BaseFiles.Checked> check(Path folder) {
    try {
      return Optional.of(BaseFiles.check(folder));
    } catch (UserException gone) {
      return Optional.empty();
    }
  }

  /**
   * Points a program at this deployment alone, whatever its environment named before.
   *
   * @throws UserException if a part is missing
   */
  void applyTo(Map<String, String> environment) {
    KafkaConnection kafka = kafka();
    RedisUrl unused = redis();
    environment.put(Endpoints.BOOTSTRAP_SERVERS, kafka.bootstrapServers());
    environment.put(Endpoints.SCHEMA_REGISTRY_URL, kafka.registryUrl());
    environment.put(Endpoints.REDIS_URL, redisUrl);
    environment.remove(Endpoints.KAFKA_PROPERTIES);
    if (kafkaProperties != null) {
      environment.put(Endpoints.KAFKA_PROPERTIES, kafkaProperties.toAbsolutePath().toString());
    }
  }

  /**
   * Names the system that is about to be changed, unless it is the embedded stack.
   *
   * @param deed with its preposition, such as "loading into"
   */
  void announce(String deed, PrintWriter out) {
    if (stack.isEmpty()) {
      out.printf("%s %s%n", deed, this);
    }
  }

  /** Without passwords. */
  @Override
  public String toString() {
    if (stack.isPresent()) {
      return "the embedded stack";
    }
    String kafka = bootstrapServers == null ? "" : "Kafka " + bootstrapServers;
    String redis = redisUrl == null ? "" : "Redis " + shown(redisUrl);
    return kafka + (kafka.isEmpty() || redis.isEmpty() ? "" : ", ") + redis;
  }

  /** A command that needs no Redis does not fail at a URL that is malformed. */
  private static String shown(String redisUrl) {
    try {
      return RedisUrl.parse(redisUrl).toString();
    } catch (IllegalArgumentException e) {
      return "by a malformed URL";
    }
  }

  private Map<String, String> properties() {
    if (kafkaProperties == null) {
      return Map.of();
    }
    try {
      return KafkaConnection.readProperties(kafkaProperties);
    } catch (UncheckedIOException e) {
      throw new UserException(e.getMessage(), e);
    }
  }
}
