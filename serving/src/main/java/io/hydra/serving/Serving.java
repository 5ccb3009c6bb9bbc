package io.hydra.serving;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.BaseFormatException;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.Answerer;
import io.hydra.serving.answer.Generator;
import io.hydra.serving.answer.ModelPersonalizer;
import io.hydra.serving.answer.Personalizer;
import io.hydra.serving.consume.LoopOptions;
import io.hydra.serving.consume.QueryLoop;
import io.hydra.serving.llm.LlmClient;
import io.hydra.serving.llm.OpenAiLlmClient;
import io.hydra.serving.llm.OpenAiOptions;
import io.hydra.serving.llm.RetryPolicy;
import io.hydra.serving.llm.RetryingLlm;
import io.hydra.serving.query.QueryHandler;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.UserStateStore;
import io.hydra.serving.time.Backoff;
import io.hydra.serving.time.SchedulerTimer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;

/** The parts of serving, opened, joined and closed in order. */
final class Serving implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Serving.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Clock clock = Clock.systemUTC();
  private final Backoff backoff =
      new Backoff(
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          () -> ThreadLocalRandom.current().nextDouble());
  private final String baseVersion;
  private final QueryLoop loop;

  /**
   * Loads and warms the model before anything joins the consumer group.
   *
   * @throws StartException if something that cannot be done without is missing
   */
  static Serving open(ServingOptions options, String apiKey) {
    return new Serving(options, apiKey);
  }

  private Serving(ServingOptions options, String apiKey) {
    try {
      Personalizer model = model(options);
      baseVersion = model.baseVersion();
      loop = loop(options, apiKey, model);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  String baseVersion() {
    return baseVersion;
  }

  /** Answers queries until {@link #stop}. */
  void run() {
    loop.run();
  }

  /** Makes {@link #run} drain and return. */
  void stop() {
    loop.stop();
  }

  private QueryLoop loop(ServingOptions options, String apiKey, Personalizer model) {
    ExecutorService io = pool("serving-io", options.ioThreads);
    ExecutorService cpu = pool("serving-cpu", Runtime.getRuntime().availableProcessors());
    SchedulerTimer timer = opened(new SchedulerTimer());
    SchemaRegistryClient registry = opened(RegistryClients.open(options.schemaRegistryUrl));
    ResponseCodec codec = codec(registry);
    Producer<byte[], byte[]> producer = KafkaClients.producer(options.bootstrapServers);
    opened.push(() -> producer.close(CLOSE_TIMEOUT));
    ReplyRouter router = router(options, producer);
    RetryPolicy policy = new RetryPolicy(options.llmAttempts, options.llmMinAttempt, backoff);
    RetryingLlm llm = new RetryingLlm(llm(options, apiKey), policy, clock, timer);
    Generator generator = new Generator(model, llm, cpu, clock);
    Answerer answerer =
        new Answerer(model, generator, store(options), codec, io, clock, options.maxAnswerTime);
    QueryHandler handler =
        new QueryHandler(
            () -> new RegistryDeserializer<>(registry, Topic.QUERIES),
            answerer,
            router,
            new Outbox(producer, io, timer, backoff),
            io,
            timer,
            backoff,
            System::nanoTime);
    return new QueryLoop(
        KafkaClients.consumer(options.bootstrapServers),
        Topic.QUERIES.topicName(),
        handler,
        io,
        System::nanoTime,
        new LoopOptions(options.maxInFlight, options.commitInterval, options.drainTimeout));
  }

  private Personalizer model(ServingOptions options) {
    try {
      PersonalModel model = opened(PersonalModel.load(options.base));
      model.warmUp();
      return new ModelPersonalizer(model);
    } catch (BaseFormatException e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  private LlmClient llm(ServingOptions options, String apiKey) {
    return opened(
        new OpenAiLlmClient(
            new OpenAiOptions(
                options.llmBaseUrl,
                options.llmModel,
                apiKey,
                options.llmTokenLimit,
                options.maxInFlight),
            clock));
  }

  /** Also finds out now, not at the first answer, whether responses can be written at all. */
  private ResponseCodec codec(SchemaRegistryClient registry) {
    ResponseCodec codec = new ResponseCodec(registry);
    try {
      byte[] unused =
          codec.encode(
              Response.newBuilder()
                  .setQueryId("")
                  .setTenant("")
                  .setUserId("")
                  .setTask("")
                  .setStatus(ResponseStatus.UNKNOWN)
                  .setAnsweredAt(clock.instant())
                  .build());
    } catch (RegistryUnavailableException | SerializationException e) {
      throw new StartException(e.getMessage(), e);
    }
    return codec;
  }

  private ReplyRouter router(ServingOptions options, Producer<byte[], byte[]> producer) {
    String defaultTopic = Topic.RESPONSES.topicName();
    Set<String> topics = new LinkedHashSet<>(options.replyTopics);
    topics.add(defaultTopic);
    for (String topic : topics) {
      try {
        int unused = producer.partitionsFor(topic).size();
      } catch (KafkaException e) {
        throw new StartException(
            "topic %s cannot be found on %s: create the topics first, or check the brokers"
                .formatted(topic, options.bootstrapServers),
            e);
      }
    }
    return new ReplyRouter(defaultTopic, topics, topic -> producer.partitionsFor(topic).size());
  }

  private UserStateStore store(ServingOptions options) {
    UnifiedJedis redis =
        opened(
            RedisClients.open(
                options.redisUrl,
                RedisTimeouts.all(options.redisTimeout),
                options.ioThreads,
                "hydra-serving"));
    return new UserStateStore(
        redis, () -> RedisClients.dropIdle(redis), options.responseTtl, System::nanoTime);
  }

  private ExecutorService pool(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            action -> {
              Thread thread = new Thread(action, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    opened.push(pool::shutdownNow);
    return pool;
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  /** Last opened, first closed. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        // What is being left behind cannot be mended, and must not keep the rest open.
        log.warn("not closed: {}", e.toString());
      }
    }
  }
}
