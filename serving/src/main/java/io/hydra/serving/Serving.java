package io.hydra.serving;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.llm.CannedEndpoint;
import io.hydra.llm.Llm;
import io.hydra.llm.OpenAiLlm;
import io.hydra.model.CallSaving;
import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.file.WatchedFile;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.service.Service;
import io.hydra.runtime.service.Threads;
import io.hydra.runtime.time.SchedulerTimer;
import io.hydra.runtime.time.Timer;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.store.BaseChoices;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.ChosenModels;
import io.hydra.serving.answer.HeldHistories;
import io.hydra.serving.answer.Models.Model;
import io.hydra.serving.answer.PlainTasks;
import io.hydra.serving.answer.StateReader;
import io.hydra.serving.consume.QueryLoop;
import io.hydra.serving.consume.RecentReader;
import io.hydra.serving.metrics.ServingMetrics;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.LlmGate;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.query.ExposureSender;
import io.hydra.serving.query.QueryDecoder;
import io.hydra.serving.query.QueryHandler;
import io.hydra.serving.query.ReplySender;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.UserStateStore;
import io.hydra.serving.warm.WarmUp;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;

/** Opens and joins the parts of serving in order; the service closes them. */
final class Serving {
  private static final Logger log = LoggerFactory.getLogger(Serving.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PARTITIONS_TTL = Duration.ofSeconds(30);
  private static final Duration FIRST_COUNT_TIMEOUT = Duration.ofSeconds(5);

  /** An id that the registry is slow to answer for takes one of them for a while. */
  private static final int LOOK_UP_THREADS = 4;

  private static final int WARM_UP_ROUNDS = 60;
  private static final Duration WARM_UP_TTL = Duration.ofSeconds(1);

  /** An endpoint that gives one sample in a call is sent several for a query. */
  private static final int CALLS_PER_QUERY = 4;

  private final Service service;
  private final Clock clock = Clock.systemUTC();
  private final Backoff backoff = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(5));
  final List<String> baseVersions;
  final QueryLoop loop;

  /**
   * Loads and warms the model, and waits for registry, topics and Redis, before anything joins the
   * consumer group.
   *
   * @throws UserException if there is no base that this program reads
   */
  Serving(ServingOptions options, String apiKey, Service service) throws InterruptedException {
    this.service = service;
    List<PersonalModel> models = PersonalModel.loadAll(options.base, VerdictWeights.DEFAULT);
    models.forEach(service::own);
    models.forEach(PersonalModel::warmUp);
    baseVersions = models.stream().map(PersonalModel::baseVersion).toList();
    loop = loop(options, apiKey, models);
  }

  private QueryLoop loop(ServingOptions options, String apiKey, List<PersonalModel> models)
      throws InterruptedException {
    KafkaConnection kafka = options.connections.kafka();
    Executor io = new OwnThreads(pool("serving-io", options.ioThreads));
    int processors = Runtime.getRuntime().availableProcessors();
    SchedulerTimer timer = service.own(new SchedulerTimer());
    SchemaRegistryClient registry = service.own(kafka.openRegistry());
    ResponseCodec codec = Startup.awaitRegistry(registry);
    RegistrySerializer<Exposure> exposures = Startup.awaitExposures(registry);
    Producer<byte[], byte[]> producer = own(KafkaClients.producer(kafka));
    PartitionCounts topics =
        PartitionCounts.of(
            service.own(KafkaClients.admin(kafka)),
            // Kept in the producer's memory, so that no response waits for it.
            topic -> {
              var unused = producer.partitionsFor(topic);
            });
    Startup.awaitTopics(topics);
    UnifiedJedis redis = redis(options);
    Startup.verifyRedis(redis);
    UserStateStore store = store(redis, options.responseTtl);
    Startup.awaitRedis(store);
    ServingMetrics metrics = new ServingMetrics(service.metrics());
    Llm llm =
        service.own(
            metrics.measure(
                llm(options, options.llmBaseUrl, apiKey, timer),
                options.llmModel,
                System::nanoTime));
    Supplier<Policies> policies = policies(options);
    Budgets budgets = options.policies == null ? null : budgets(options, policies, metrics);
    LlmGate gate = new LlmGate(llm, policies, budgets, clock);
    HeldHistories held = new HeldHistories(Runtime.getRuntime().maxMemory() / 8);
    ChosenModels chosen =
        new ChosenModels(
            models.stream()
                .map(model -> new Model(model.baseVersion(), model.tasks(), model::read))
                .toList(),
            () -> BaseChoices.read(redis));
    if (models.size() > 1) {
      chosen.refresh();
      service.repeat("serving-bases", ChosenModels.INTERVAL, chosen::refresh);
    }
    AnswerPipeline pipeline =
        new AnswerPipeline(
            chosen,
            gate,
            options.llmModel,
            new StateReader(store, codec, io, clock, timer, backoff),
            codec,
            held,
            io,
            new CallerFirst(
                pool("serving-reading", processors),
                // Threads of io record answers and send them as well.
                Math.max(1, Math.min(processors, options.ioThreads / 2))),
            new CallerFirst(pool("serving-choosing", processors), processors),
            clock,
            CallSaving.of(options.saveCalls, chosen.tasks()),
            plainTasks(kafka));
    QueryDecoder decoder = decoder(kafka, timer);
    keepFresh(topics, options.replyTopics);
    try (CannedEndpoint endpoint = CannedEndpoint.start();
        Llm rehearsal = llm(options, endpoint.baseUrl(), apiKey, timer)) {
      AnswerPipeline rehearsing =
          pipeline.with(LlmGate.open(rehearsal, clock), store(redis, WARM_UP_TTL));
      WarmUp.run(rehearsing, models.get(0).tasks().ids(), WARM_UP_ROUNDS, io, clock);
    } catch (IOException | RuntimeException e) {
      log.warn("could not warm up, the first answers will take longer: {}", e.toString());
    }
    learnQueries(decoder, registry);
    ReplyRouter router = new ReplyRouter(options.replyTopics, topics::of);
    Outbox responses = new Outbox(producer, io, timer, backoff, new Outage("the broker"));
    // A thread for each: a topic that is missing or slow delays no other.
    Map<String, Outbox> elsewhere = new HashMap<>();
    for (String topic : options.replyTopics) {
      ExecutorService sender = pool("serving-replies-" + topic, 1);
      Outage outage = new Outage("reply topic " + topic);
      elsewhere.put(topic, new Outbox(producer, sender, timer, backoff, outage));
    }
    QueryHandler handler =
        new QueryHandler(
            decoder,
            pipeline,
            router,
            new ReplySender(responses, elsewhere, topics, codec, clock),
            exposureSender(kafka, exposures, topics, chosen::tasks, timer),
            responses,
            policies,
            options.maxAnswerTime,
            clock,
            System::nanoTime,
            service.own(Tracing.open("serving", System.getenv())),
            metrics);
    Consumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka);
    service.metrics().bind(new KafkaClientMetrics(consumer));
    QueryLoop loop =
        new QueryLoop(
            consumer,
            Topic.QUERIES.topicName(),
            handler::admit,
            io,
            held::hasRoom,
            System::nanoTime,
            Sleeper.THREAD,
            options.loop(policies));
    metrics.watch(loop);
    metrics.watchEncoders(() -> models.stream().mapToLong(PersonalModel::encoderFailures).sum());
    return loop;
  }

  private Supplier<Policies> policies(ServingOptions options) {
    if (options.policies == null) {
      return () -> Policies.NONE;
    }
    WatchedFile<Policies> file = WatchedFile.open(options.policies, "policies", Policies::parse);
    service.repeat("serving-policies", WatchedFile.INTERVAL, file::refresh);
    return file::content;
  }

  /** Waits until all that was spent since the beginning of the day is known. */
  private Budgets budgets(
      ServingOptions options, Supplier<Policies> policies, ServingMetrics metrics)
      throws InterruptedException {
    Budgets budgets = new Budgets(policies, clock, metrics::show);
    Set<String> topics = new LinkedHashSet<>(options.replyTopics);
    topics.add(Topic.RESPONSES.topicName());
    KafkaConnection kafka = options.connections.kafka();
    Runnable failed = service::fail; // What is reserved would be held for ever.
    read("responses", kafka, Topic.RESPONSES, topics, budgets::add, Budgets::openSince, failed)
        .awaitCaughtUp();
    return budgets;
  }

  /** Nothing waits for them: until they are read, and without the right to, no task is plain. */
  private PlainTasks plainTasks(KafkaConnection kafka) {
    PlainTasks plain = new PlainTasks(clock);
    Topic outcomes = Topic.VERDICT_OUTCOMES;
    Set<String> topics = Set.of(outcomes.topicName());
    var unused = read("outcomes", kafka, outcomes, topics, plain::add, PlainTasks::since, () -> {});
    return plain;
  }

  /** Begins to read topics whose records are like those of {@code like}. */
  private <T extends SpecificRecord> RecentReader<T> read(
      String what,
      KafkaConnection kafka,
      Topic like,
      Set<String> topics,
      java.util.function.Consumer<T> sink,
      UnaryOperator<Instant> since,
      Runnable failed) {
    RegistryDeserializer<T> deserializer =
        new RegistryDeserializer<>(service.own(kafka.openRegistry()), like, Duration.ZERO);
    RecentReader<T> reader =
        service.own(
            new RecentReader<>(
                what, RecentReader.open(kafka, what), topics, deserializer, sink, since, clock));
    reader.start(failed);
    return reader;
  }

  private Producer<byte[], byte[]> own(Producer<byte[], byte[]> producer) {
    service.onClose(() -> producer.close(CLOSE_TIMEOUT));
    service.metrics().bind(new KafkaClientMetrics(producer));
    return producer;
  }

  private ExposureSender exposureSender(
      KafkaConnection kafka,
      RegistrySerializer<Exposure> serializer,
      PartitionCounts topics,
      Function<String, TaskCatalogue> tasks,
      Timer timer) {
    Outage topic = new Outage("topic " + Topic.EXPOSURES.topicName());
    Producer<byte[], byte[]> producer = own(KafkaClients.exposuresProducer(kafka));
    Outbox outbox = new Outbox(producer, pool("serving-exposures", 1), timer, backoff, topic);
    return new ExposureSender(outbox, serializer, topics, tasks);
  }

  private QueryDecoder decoder(KafkaConnection kafka, Timer timer) {
    // A client for each thread, since one asks for a schema at a time.
    ThreadLocal<SchemaRegistryClient> registries =
        ThreadLocal.withInitial(() -> service.own(kafka.openRegistry()));
    return new QueryDecoder(
        () -> new RegistryDeserializer<>(registries.get(), Topic.QUERIES, Duration.ZERO),
        pool("serving-schemas", LOOK_UP_THREADS),
        timer,
        backoff);
  }

  private void learnQueries(QueryDecoder decoder, SchemaRegistryClient registry) {
    try {
      byte[] query =
          new RegistrySerializer<Query>(registry, Topic.QUERIES)
              .serialize(Topic.QUERIES.topicName(), WarmUp.query("warm-up", "q", clock.instant()));
      decoder.learn(query).join();
    } catch (RuntimeException e) {
      log.warn("the schema of queries is not known before the first one: {}", e.toString());
    }
  }

  /**
   * Waits a little for the first counts, or the first queries' partitions would be taken for none.
   * A topic that is missing takes long to tell, and is not waited for.
   */
  private void keepFresh(PartitionCounts topics, Set<String> replyTopics)
      throws InterruptedException {
    Set<String> all = new LinkedHashSet<>(replyTopics);
    for (Topic topic : List.of(Topic.QUERIES, Topic.RESPONSES, Topic.EXPOSURES)) {
      all.add(topic.topicName());
    }
    for (Topic topic : List.of(Topic.QUERIES, Topic.RESPONSES)) {
      service
          .health()
          .require(
              "topic %s does not exist: create it".formatted(topic.topicName()),
              () -> !topics.isAbsent(topic.topicName()));
    }
    CountDownLatch first = new CountDownLatch(1);
    service.repeat(
        "serving-topics",
        PARTITIONS_TTL,
        () -> {
          topics.refresh(all);
          first.countDown();
        });
    boolean unused = first.await(FIRST_COUNT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Llm llm(ServingOptions options, String baseUrl, String apiKey, Timer timer) {
    int concurrency = options.maxInFlight * CALLS_PER_QUERY;
    return new OpenAiLlm(baseUrl, apiKey, concurrency, options.retries(backoff), clock, timer);
  }

  private static UserStateStore store(UnifiedJedis redis, Duration responseTtl) {
    return new UserStateStore(
        redis,
        () -> RedisClients.dropIdle(redis),
        responseTtl,
        Runtime.getRuntime().maxMemory() / 8,
        System::nanoTime);
  }

  private UnifiedJedis redis(ServingOptions options) {
    return service.own(
        RedisClients.open(
            options.connections.redisUrl(),
            RedisTimeouts.all(options.redisTimeout),
            options.ioThreads,
            "hydra-serving"));
  }

  private ExecutorService pool(String name, int threads) {
    ExecutorService pool = Threads.pool(name, threads);
    service.onClose(pool::shutdownNow);
    return pool;
  }
}
