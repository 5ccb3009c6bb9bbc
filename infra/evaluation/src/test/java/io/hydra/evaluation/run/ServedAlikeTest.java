package io.hydra.evaluation.run;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.method.Method;
import io.hydra.evaluation.run.Asker.Reply;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.model.CallSaving;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.HeldHistories;
import io.hydra.serving.answer.Models;
import io.hydra.serving.answer.PlainTasks;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Question.StageClock;
import io.hydra.serving.answer.StateReader;
import io.hydra.serving.policy.LlmGate;
import io.hydra.serving.reply.ReplyRouter.Route;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.UserStateStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** Asks one question through evaluation and serving: what is evaluated is what is served. */
class ServedAlikeTest {
  private static final UserKey ANN = new UserKey("t", "ann");
  private static final List<String> WORDS = List.of("strings", "cable", "drum", "stand", "bow");
  private static final String LLM = "fake";
  private static final String QUERY = "q";

  private final AlikeLlm llm = new AlikeLlm();
  private final ManualTime time = new ManualTime();

  /** Answers alike whatever the seed, in the words of the prompt's examples; remembers requests. */
  private static final class AlikeLlm implements Llm {
    final List<LlmRequest> asked = new ArrayList<>();

    @Override
    public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
      asked.add(request);
      List<String> said =
          request.messages().stream()
              .filter(m -> m.role() == Role.ASSISTANT)
              .map(ChatMessage::content)
              .toList();
      List<String> texts =
          IntStream.range(0, request.n())
              .mapToObj(i -> said.isEmpty() || i == 2 ? "Answer: 3" : said.get(i % said.size()))
              .toList();
      return CompletableFuture.completedFuture(LlmReply.whole(LLM, texts, 10, 2));
    }

    @Override
    public void close() {}
  }

  private static List<HistoryItem> items(TaskSpec task, String user, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int stars = 1 + (i * 7 + user.hashCode()) % 5;
              String input = "word%d %s of %d".formatted(stars, WORDS.get(i % 5), i);
              String output = task.isClosed() ? "" + stars : "Gold " + WORDS.get(i % 5) + " " + i;
              return new HistoryItem(user + "-" + i, i + 1, input, output);
            })
        .toList();
  }

  private PersonalModel train(TaskSpec task) {
    List<LampUser> base =
        IntStream.range(0, 10)
            .mapToObj(u -> new LampUser("b" + u, items(task, "b" + u, 8), "a drum", "3"))
            .toList();
    return new RoundBase(task, TaskCatalogue.shipped(), null, llm, 20, EvaluationProgress.NONE)
        .train(new Round("test", base, List.of(), LLM), 1, "base-1", new HashMap<>());
  }

  @ParameterizedTest
  @ValueSource(strings = {"LaMP_3", "LaMP_5"})
  void theSameQuestionGivesTheSamePromptCandidatesScoresAndAnswer(String id) throws IOException {
    TaskSpec task = TaskCatalogue.shipped().find(id).orElseThrow();
    LampUser user = new LampUser("ann", items(task, "ann", 12), "word3 drum", "3");
    try (PersonalModel model = train(task)) {
      llm.asked.clear();
      String evaluated =
          new UserRun(
                  model,
                  new Asker(llm, LLM, task, 1),
                  new Settings(
                      task,
                      QuestionMode.LAMP,
                      Set.of(Method.HYDRA),
                      List.of(1L),
                      20,
                      1,
                      0,
                      FitSettings.DEFAULT),
                  1)
              .run(user, user)
              .texts(Method.HYDRA)
              .get(0);
      Response served = serve(model, task, user, CallSaving.NONE);

      assertThat(llm.asked).hasSize(2);
      LlmRequest asked = llm.asked.get(0);
      assertThat(llm.asked.get(1))
          .usingRecursiveComparison()
          .ignoringFields("seed")
          .isEqualTo(asked);
      assertThat(served.getStatus()).as(served.getReason()).isNotEqualTo(ResponseStatus.LLM_FAILED);
      assertThat(served.getText()).isEqualTo(evaluated);

      Heads heads = model.fit(task, new History(1, user.profile())).heads();
      Reading reading = model.read(task, user.profile(), user.question());
      assertThat(served.getItems())
          .extracting(UsedItem::getEventId, UsedItem::getScore)
          .containsExactlyElementsOf(
              reading.rank(heads).stream().map(r -> tuple(r.item().eventId(), r.score())).toList());
      Choice choice =
          reading.choose(
              llm.complete(asked, Deadline.NONE).join().texts().stream()
                  .map(task::normalize)
                  .toList(),
              heads);
      assertThat(served.getCandidates())
          .extracting(Candidate::getText, Candidate::getScore)
          .containsExactlyElementsOf(
              choice.candidates().stream().map(c -> tuple(c.text(), c.probability())).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"0,1", "10,0"})
  void servingNeedsACallWhereEvaluationDoes(double price, int calls) throws IOException {
    TaskSpec task = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
    LampUser user = new LampUser("ann", items(task, "ann", 12), "word3 drum", "3");
    CallSaving saving = new CallSaving(Map.of(task.id(), price));
    try (PersonalModel model = train(task)) {
      Asker asker = new Asker(llm, LLM, task, 1);
      SavingRun run = new SavingRun(model, task, asker, FitSettings.DEFAULT, saving);
      user.profile().forEach(run::learn);
      Reply evaluated = run.ask(QUERY, user.question());
      Response served = serve(model, task, user, saving);
      assertThat(served.getText()).isEqualTo(evaluated.first());
      assertThat(evaluated.usage().llmCalls()).isEqualTo(calls);
      assertThat(served.getLlmCalls()).isEqualTo(calls);
    }
  }

  private Response serve(PersonalModel model, TaskSpec task, LampUser user, CallSaving saving)
      throws IOException {
    try (EmbeddedRedis server = new EmbeddedRedis()) {
      RedisClient redis = server.client();
      byte[] key = StoreLayout.history(View.ORIGINAL, ANN, task.id());
      for (HistoryItem item : user.profile()) {
        redis.hset(key, History.field(item.eventId()), HistoryItemCodec.encode(item));
      }
      redis.hset(key, utf8(History.VERSION_FIELD), utf8("" + user.profile().size()));
      History history = new History(user.profile().size(), user.profile());
      redis.set(
          StoreLayout.heads(ANN, task.id(), model.baseVersion()),
          HeadsCodec.encode(model.fit(task, history).heads()));
      return pipeline(model, redis, saving).answer(question(task, user)).join().response();
    }
  }

  private AnswerPipeline pipeline(PersonalModel model, RedisClient redis, CallSaving saving)
      throws IOException {
    MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
    SchemaRegistrar.registerAll(registry);
    ResponseCodec codec = new ResponseCodec(registry);
    return new AnswerPipeline(
        tenant -> new Models.Model(model.baseVersion(), model.tasks(), model::read),
        LlmGate.open(llm, time),
        LLM,
        new StateReader(
            new UserStateStore(redis, () -> {}, Duration.ofHours(1), 1 << 20, time::nanos),
            codec,
            Runnable::run,
            time,
            time,
            Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(1))),
        codec,
        new HeldHistories(1 << 20),
        Runnable::run,
        Runnable::run,
        Runnable::run,
        time,
        saving,
        new PlainTasks(time));
  }

  private Question question(TaskSpec task, LampUser user) {
    Query query =
        Query.newBuilder()
            .setQueryId(QUERY)
            .setTenant(ANN.tenant())
            .setUserId(ANN.userId())
            .setTask(task.id())
            .setInput(user.question())
            .setDeadline(time.instant().plusSeconds(30))
            .setMinHistoryVersion(null)
            .setPersonalize(true)
            .build();
    return new Question(
        query,
        utf8(ANN.recordKey()),
        time.instant(),
        time.instant(),
        new Deadline(query.getDeadline(), () -> false),
        false,
        Route.plain(),
        new StageClock(time::nanos, time.nanos()));
  }
}
