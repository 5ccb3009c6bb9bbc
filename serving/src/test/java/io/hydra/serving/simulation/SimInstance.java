package io.hydra.serving.simulation;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.llm.PlayedEndpoint;
import io.hydra.llm.RetryPolicy;
import io.hydra.model.CallSaving;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.Timer;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.HeldHistories;
import io.hydra.serving.answer.Models;
import io.hydra.serving.answer.PlainTasks;
import io.hydra.serving.answer.StateReader;
import io.hydra.serving.consume.LoopOptions;
import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import io.hydra.serving.consume.QueryLoop;
import io.hydra.serving.consume.TurnedLoop;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.LlmGate;
import io.hydra.serving.query.ExposureSender;
import io.hydra.serving.query.QueryDecoder;
import io.hydra.serving.query.QueryHandler;
import io.hydra.serving.query.ReplySender;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.testing.FakeBrokers;
import io.hydra.serving.testing.FakePersonalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** One process of serving: the classes of the product, on what the world gives them. */
final class SimInstance {
  static final MockSchemaRegistryClient REGISTRY = registry();
  static final ResponseCodec CODEC = new ResponseCodec(REGISTRY);
  private static final TaskCatalogue TASKS =
      TaskCatalogue.parse(
          """
          tasks:
            - {id: colours, instruction: Name the colour., options: [red, green, blue],
               metric: ACCURACY, retrieved: 5, used: 2, candidates: 3, temperature: 1.0, maxTokens: 8}
          """,
          "test");
  private static final RegistrySerializer<io.hydra.schemas.avro.Exposure> EXPOSURES =
      new RegistrySerializer<>(REGISTRY, Topic.EXPOSURES);

  /** One that knows the schema, for each thread. */
  private static final ThreadLocal<RegistryDeserializer<Query>> QUERIES =
      ThreadLocal.withInitial(
          () -> new RegistryDeserializer<>(REGISTRY, Topic.QUERIES, Duration.ZERO));

  private static final String TEXT = "<text>";
  private static final WaitingBounds WAITING = new WaitingBounds(2, 4, 1 << 20, 8, 1 << 20);
  private static final Duration MAX_TIME = Duration.ofSeconds(20);

  /** A record that the broker has not answered for yet. */
  record Sending(ProducerRecord<byte[], byte[]> record, Callback callback) {}

  private final World world;
  final List<Runnable> tasks = new ArrayList<>();
  final List<Sending> sendings = new ArrayList<>();
  final SimConsumer consumer;
  final TurnedLoop loop;
  final Budgets budgets;

  /** It has room only while it holds none. */
  final HeldHistories histories = new HeldHistories(1);

  /** Queries whose record this process has read. */
  private final Set<String> replayed = new HashSet<>();

  boolean dead;

  /** Responses that were added up so far. */
  private int read;

  SimInstance(World world) {
    this.world = world;
    consumer =
        new SimConsumer(world.broker, world.random, world::committed, () -> world.handedOver(this));
    budgets = new Budgets(() -> world.policies, world.time, (all, tenant, task) -> {});
    Executor executor = tasks::add;
    Timer timer = (delay, action) -> world.time.after(delay, () -> unlessDead(action));
    Backoff backoff =
        new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), world.random::nextDouble);
    FakePersonalizer model = new FakePersonalizer(TASKS);
    PartitionCounts topics = FakeBrokers.counts(topic -> 2);
    AnswerPipeline pipeline =
        new AnswerPipeline(
            tenant -> new Models.Model(FakePersonalizer.BASE, TASKS, model::read),
            new LlmGate(llm(timer, backoff), () -> world.policies, budgets, world.time),
            "small",
            new StateReader(
                world.store.open(replayed::add), CODEC, executor, world.time, timer, backoff),
            CODEC,
            histories,
            executor,
            executor,
            executor,
            world.time,
            CallSaving.NONE,
            new PlainTasks(world.time));
    Outbox outbox = new Outbox(producer(), executor, timer, backoff, new Outage("the broker"));
    QueryDecoder decoder = new QueryDecoder(QUERIES::get, executor, timer, backoff);
    // As every process does before it joins the group.
    var learned = decoder.learn(World.WARM_UP);
    tasks.remove(0).run();
    learned.join();
    QueryHandler handler =
        new QueryHandler(
            decoder,
            pipeline,
            new ReplyRouter(Set.of(), topic -> 2),
            new ReplySender(outbox, Map.of(), topics, CODEC, world.time),
            new ExposureSender(outbox, EXPOSURES, topics, base -> TASKS),
            outbox,
            () -> world.policies,
            MAX_TIME,
            world.time,
            world.time::nanos,
            Tracing.OFF,
            new QueryHandler.Events() {
              @Override
              public void answered(Response response) {}

              @Override
              public void exposed(ExposureSender.Outcome outcome) {}

              @Override
              public void deadLettered() {
                world.fail("a query became a dead letter");
              }
            });
    loop =
        new TurnedLoop(
            new QueryLoop(
                consumer,
                Topic.QUERIES.topicName(),
                accepted ->
                    new SimJob(handler.admit(accepted), () -> world.overlooked(accepted.record())),
                executor,
                () -> true,
                world.time::nanos,
                pause -> world.meanwhile(this),
                new LoopOptions(
                    3,
                    WAITING,
                    tenant -> {
                      Integer own = world.policies.of(tenant).concurrency();
                      return own == null ? Integer.MAX_VALUE : own;
                    },
                    8,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(5))));
    loop.subscribe();
  }

  private static MockSchemaRegistryClient registry() {
    MockSchemaRegistryClient client = new MockSchemaRegistryClient();
    SchemaRegistrar.registerAll(client);
    return client;
  }

  private void unlessDead(Runnable action) {
    if (!dead) {
      action.run();
    }
  }

  private MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>() {
      @Override
      public synchronized Future<RecordMetadata> send(
          ProducerRecord<byte[], byte[]> record, Callback callback) {
        sendings.add(new Sending(record, callback));
        return new CompletableFuture<>();
      }
    };
  }

  /** The LLM's own client, whose calls end as the world wills. */
  private Llm llm(Timer timer, Backoff backoff) {
    RetryPolicy policy =
        new RetryPolicy(
            3,
            Duration.ofSeconds(1),
            MAX_TIME,
            world.hedgeAfter,
            Duration.ofSeconds(5),
            backoff,
            "");
    Llm client =
        PlayedEndpoint.client(
            body -> {
              String query = asked(body);
              if (replayed.contains(query)) {
                world.fail(query + " was paid for although its record was read");
              }
              return world.attempted(query);
            },
            policy,
            world.time,
            timer);
    return new Llm() {
      @Override
      public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
        if (!deadline.abandoned().getAsBoolean()) {
          world.called(asked(request.messages().get(request.messages().size() - 1).content()));
        }
        return client.complete(request, deadline);
      }

      @Override
      public void close() {}
    };
  }

  private String asked(String prompt) {
    int begin = prompt.indexOf(TEXT + "q") + TEXT.length();
    if (begin < TEXT.length()) {
      world.fail("the LLM was not shown the question");
    }
    return prompt.substring(begin, prompt.indexOf('<', begin));
  }

  /** Adds up some of the responses that it has not seen, as the thread that reads them does. */
  void fold(int most) {
    for (int i = 0; i < most && read < world.broker.responses.size(); i++) {
      budgets.add(world.broker.responses.get(read++));
    }
  }

  boolean isQuiet() {
    return tasks.isEmpty() && sendings.isEmpty() && loop.inFlight() == 0;
  }
}
