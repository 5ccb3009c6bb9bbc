package io.hydra.serving.answer;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static io.hydra.serving.testing.AnswerFixture.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.Deadline;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.llm.LlmRequest;
import io.hydra.model.CallSaving;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.Tokens;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.HeadShare;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.PriorWeight;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.serving.policy.Limit;
import io.hydra.serving.reply.ResponseCodec.Reply;
import io.hydra.serving.testing.AnswerFixture;
import io.hydra.serving.testing.FakePersonalizer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswerPipelineTest {
  private static final HistoryItem GRASS = new HistoryItem("e1", 1, "grass", "green");
  private static final HistoryItem SEA = new HistoryItem("e2", 2, "sea", "blue");
  private static final byte[] KEY = utf8(ANN.recordKey());
  private AnswerFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new AnswerFixture();
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  @Test
  void anAnswerThatIsCertainEnoughNeedsNoCall() {
    fixture.remember(2, GRASS, SEA);
    fixture.fit(2);
    fixture.model.isCertain(0.9);
    Response response = answer(fixture.query(id(false)).build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.OK);
    assertThat(response.getText()).isEqualTo("red");
    assertThat(response.getLlmCalls()).isZero();
    assertThat(response.getItems()).isEmpty();
    assertThat(response.getCandidates()).allMatch(candidate -> candidate.getSamples() == 0);
    assertThat(fixture.llm.requests()).isEmpty();
  }

  @Test
  void aChoiceThatLacksSomethingIsDegradedAndSaysWhy() {
    fixture.model.lacks("the encoder fails");
    fixture.llm.answers("blue", "blue", "red");
    Response response = answer(fixture.query("q1").build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response.getText()).isEqualTo("blue");
    assertThat(response.getReason()).contains("the encoder fails");
  }

  @Test
  void aTaskThatPlainSamplingServesBetterIsAskedAndSaysThatItFellBack() {
    fixture.remember(2, GRASS, SEA);
    fixture.model.isCertain(0.9);
    for (int i = 0; i < 100; i++) {
      AnswerGain loss = new AnswerGain("colours", 2L, true, -1.0);
      Instant now = fixture.time.instant();
      fixture.plain.add(
          new VerdictOutcome("t", "bob", "e" + i, "q", Outcome.JOINED, null, now, loss));
    }
    fixture.llm.answers("blue", "blue", "red").answers("blue", "blue", "red");
    Response response = answer(fixture.query(id(false)).build());
    assertThat(response.getText()).isEqualTo("blue");
    assertThat(response.getLlmCalls()).isPositive();
    assertThat(response.getHead().getFellBack()).isTrue();
    assertThat(response.getHead().getPopulationWeight()).isEqualTo(1);
    assertThat(answer(fixture.query(id(true)).build()).getHead()).as("goes on as it was").isNull();
  }

  @Test
  void aBudgetThatIsSpentIsRefusedWithoutACallAndSaysWhenToComeBack() {
    fixture.govern("version: 1\ntenants: {t: {requestsPerDay: 1}}");
    fixture.llm.answers("blue", "blue", "red").answers("red", "red", "red");
    fixture.budgets.add(answer(fixture.query("q1").build()));
    Response refused = answer(fixture.query("q2").build());
    assertThat(refused.getStatus()).isEqualTo(ResponseStatus.OVER_BUDGET);
    assertThat(refused.getRetryAt()).isEqualTo(fixture.time.instant().plus(Duration.ofDays(1)));
    assertThat(refused.getReason()).contains("requestsPerDay of the tenant (1)");
    assertThat(refused.getText()).isNull();
    assertThat(fixture.llm.requests()).hasSize(1);
    assertThat(answer(fixture.query("q1").build()).getText())
        .as("what was paid for is repeated whatever the budget is")
        .isEqualTo("blue");
    fixture.time.advance(Duration.ofDays(1));
    assertThat(answer(fixture.query("q2").build()).getText()).isEqualTo("red");
  }

  @Test
  void whatIsUnderWayCountsAgainstTheBudget() {
    fixture.govern("version: 1\ndefaults: {requestsPerMinute: 1}");
    CompletableFuture<Reply> first = fixture.start(fixture.query("q1").build());
    assertThat(answer(fixture.query("q2").build()).getStatus())
        .isEqualTo(ResponseStatus.RATE_LIMITED);
    assertThat(first).isNotDone();
  }

  @Test
  void whereThereIsNoBudgetNothingButAnEarlierAnswerIsRead() {
    fixture.llm.answers("The sky", "The sky", "A sky");
    Query answered = fixture.query("q1").setTask("titles").build();
    assertThat(answer(answered).getText()).isEqualTo("The sky");
    fixture.govern("version: 1\ndefaults: {requestsPerDay: 0}");
    fixture.model.whenReading(
        () -> {
          throw new IllegalStateException("the model is not needed");
        });
    assertThat(answer(fixture.query("q2").setTask("titles").build()).getStatus())
        .isEqualTo(ResponseStatus.OVER_BUDGET);
    assertThat(answer(answered).getText()).isEqualTo("The sky");
  }

  @Test
  void anAnswerThatNeedsNoCallNeedsNoBudget() {
    fixture.govern("version: 1\ndefaults: {requestsPerDay: 0}");
    fixture.remember(2, GRASS, SEA);
    fixture.fit(2);
    fixture.model.isCertain(0.9);
    assertThat(answer(fixture.query(id(false)).build()).getText()).isEqualTo("red");
  }

  @Test
  void aHistoryThatIsAskedForIsWaitedFor() {
    fixture.remember(1, GRASS);
    fixture.fit(1);
    fixture.llm.answers("blue", "blue", "red");
    CompletableFuture<Reply> reply =
        fixture.start(fixture.query("q").setMinHistoryVersion(2L).build());
    fixture.time.advance(Duration.ofMillis(500));
    assertThat(reply).isNotDone();
    fixture.remember(2, SEA);
    fixture.time.advance(StateReader.LONGEST_FRESH_PAUSE);
    assertThat(reply.join().response().getStatus()).isEqualTo(ResponseStatus.OK);
    assertThat(reply.join().response().getHistoryVersion()).isEqualTo(2);
    assertThat(reply.join().response().getItems()).hasSize(2);
  }

  @Test
  void aHistoryThatDoesNotComeIsWaitedForAsLongAsTheDeadlineAllows() {
    fixture.remember(1, GRASS);
    fixture.fit(1);
    fixture.llm.answers("blue", "blue", "red").answers("blue", "blue", "red");
    CompletableFuture<Reply> patient =
        fixture.start(fixture.query("q1").setMinHistoryVersion(2L).build());
    CompletableFuture<Reply> hasty =
        fixture.start(
            fixture
                .query("q2")
                .setMinHistoryVersion(2L)
                .setDeadline(fixture.time.instant().plusMillis(400))
                .build());
    fixture.time.advance(Duration.ofMillis(200));
    assertThat(hasty.join().response().getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(hasty.join().response().getReason())
        .contains("the history has version 1, 2 was asked for");
    assertThat(patient).isNotDone();
    fixture.time.advance(StateReader.FRESH_PATIENCE);
    assertThat(patient.join().response().getStatus()).isEqualTo(ResponseStatus.DEGRADED);
  }

  @Test
  void aRecordedResponseWaitsForNoHistory() {
    fixture.remember(1, GRASS);
    fixture.fit(1);
    fixture.llm.answers("blue", "blue", "red");
    Response first = answer(fixture.query("q").build());
    assertThat(answer(fixture.query("q").setMinHistoryVersion(9L).build())).isEqualTo(first);
  }

  @Test
  void aPromptThatIsCutToTheWindowSaysWhatIsMissing() {
    fixture.govern("version: 1\ndefaults: {maxPromptTokens: 512}");
    String text = "long ".repeat(150);
    fixture.remember(
        2, new HistoryItem("e1", 1, text, "green"), new HistoryItem("e2", 2, text, "blue"));
    fixture.fit(2);
    fixture.llm.answers("blue", "blue", "red");
    Response response = answer(fixture.query("q").setInput(text).build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response.getReason())
        .contains("maxPromptTokens", "of the query's characters", "0 history items in part and 2");
    assertThat(response.getItems()).isEmpty();
    assertThat(Tokens.most(fixture.llm.requests().get(0).messages())).isLessThanOrEqualTo(512);
  }

  @Test
  void personalDataAreHiddenFromTheLlmOfATenantThatWantsItAndNotFromTheUser() {
    fixture.govern("version: 1\ntenants: {t: {redact: true}}");
    fixture.llm.answers("Mail to [EMAIL_1]", "Mail to [EMAIL_1]", "None");
    Query query =
        fixture.query("q").setTask("titles").setInput("a mail to ann@example.org").build();
    Response response = answer(query);
    assertThat(fixture.llm.requests().get(0).messages().toString())
        .contains("a mail to [EMAIL_1]")
        .doesNotContain("example.org");
    assertThat(response.getText()).isEqualTo("Mail to ann@example.org");
    assertThat(response.getCandidates().get(0).getText()).isEqualTo("Mail to ann@example.org");
  }

  @Test
  void whereAModelFailsItsFallbackAnswersAndTheResponseSaysSo() {
    fixture.govern("version: 1\ndefaults: {fallbackModels: [other, last]}");
    fixture
        .llm
        .fails(new LlmException(Kind.UNAVAILABLE, "the LLM endpoint answered 503", 3))
        .fails(new LlmException(Kind.REFUSED, "the LLM endpoint answered 404", 1))
        .answers("blue", "blue", "red");
    Response response = answer(fixture.query("q").build());
    assertThat(fixture.llm.requests())
        .extracting(LlmRequest::model)
        .containsExactly("small", "other", "last");
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response.getText()).isEqualTo("blue");
    assertThat(response.getLlmCalls()).isEqualTo(5);
    assertThat(response.getReason())
        .isEqualTo(
            "another model answers, since for small the LLM endpoint answered 503; another"
                + " model answers, since for other the LLM endpoint answered 404");
    assertThat(fixture.llm.deadlines().get(0).left(fixture.time))
        .as("what is left is for the fallbacks")
        .isEqualTo(Duration.ofMillis(22_500));
    assertThat(fixture.llm.deadlines().get(2).left(fixture.time)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whereAllModelsFailTheCallsOfAllAreCounted() {
    fixture.govern("version: 1\ndefaults: {fallbackModels: [other]}");
    fixture
        .llm
        .fails(new LlmException(Kind.UNAVAILABLE, "the LLM endpoint answered 503", 3))
        .fails(new LlmException(Kind.UNAUTHORIZED, "the LLM endpoint answered 401", 1));
    Response response = answer(fixture.query("q").build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.LLM_FAILED);
    assertThat(response.getLlmCalls()).isEqualTo(4);
    assertThat(fixture.budgets.spent("t", "colours", Limit.REQUESTS_PER_DAY)).isZero();
    fixture.budgets.add(response);
    assertThat(fixture.budgets.spent("t", "colours", Limit.REQUESTS_PER_DAY)).isEqualTo(1);
  }

  @Test
  void anUncertainAnswerAndAnExploredOneAreAskedFor() {
    fixture.remember(2, GRASS, SEA);
    fixture.fit(2);
    fixture.model.isCertain(0.89);
    fixture.llm.answers("blue", "blue", "red");
    assertThat(answer(fixture.query(id(false)).build()).getLlmCalls()).isEqualTo(1);
    fixture.model.isCertain(1);
    fixture.llm.answers("blue", "blue", "red");
    assertThat(answer(fixture.query(id(true)).build()).getLlmCalls()).isEqualTo(1);
  }

  private static String id(boolean explored) {
    return IntStream.range(0, 1000)
        .mapToObj(i -> "q" + i)
        .filter(id -> CallSaving.isExplored(id) == explored)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsPaidForDoesNotWaitForTheReadingsOfOthers() {
    fixture.remember(1, GRASS);
    Deque<Runnable> readings = new ArrayDeque<>();
    AnswerPipeline busy = pipeline(readings::add, Runnable::run);
    CompletableFuture<LlmReply> llm = new CompletableFuture<>();
    fixture.llm.gives(llm);
    CompletableFuture<Reply> first = start(busy, "q1");
    readings.remove().run();
    CompletableFuture<Reply> second = start(busy, "q2");
    llm.complete(LlmReply.whole("m", List.of("red"), 10, 1));
    assertThat(first.join().response().getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(second).isNotDone();
  }

  @Test
  void whatComesAfterTheLlmIsNotTheLlms() {
    Deque<Runnable> choosing = new ArrayDeque<>();
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Reply> reply = start(pipeline(Runnable::run, choosing::add), "q");
    fixture.time.advance(Duration.ofSeconds(5));
    choosing.remove().run();
    assertThat(reply.join().response().getTimings())
        .contains(new StageTiming("llm", 0L), new StageTiming("adapter", 5_000_000L));
  }

  private AnswerPipeline pipeline(Executor reading, Executor choosing) {
    AnswerPipeline usual = fixture.pipeline;
    return new AnswerPipeline(
        usual.models(),
        usual.llm(),
        usual.llmModel(),
        usual.states(),
        usual.codec(),
        usual.held(),
        usual.io(),
        reading,
        choosing,
        usual.clock(),
        usual.saving(),
        usual.plainTasks());
  }

  private CompletableFuture<Reply> start(AnswerPipeline pipeline, String id) {
    return pipeline.answer(fixture.question(fixture.query(id).build(), KEY));
  }

  @Test
  void aUserWithHistoryAndHeadGetsAPersonalizedAnswer() {
    fixture.remember(2, GRASS, SEA);
    fixture.fit(2);
    fixture.llm.answers("blue", "Blue.", "red");
    Response response = answer(fixture.query("q").build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.OK);
    assertThat(response.getReason()).isNull();
    assertThat(response.getText()).isEqualTo("blue");
    assertThat(response.getCandidates())
        .extracting(Candidate::getText, Candidate::getSamples)
        .startsWith(org.assertj.core.groups.Tuple.tuple("blue", 2));
    assertThat(response.getItems()).extracting(UsedItem::getEventId).containsExactly("e2", "e1");
    assertThat(response.getHistoryVersion()).isEqualTo(2);
    assertThat(response.getHeadVersion()).isEqualTo(2);
    assertThat(response.getBaseVersion()).isEqualTo(FakePersonalizer.BASE);
    assertThat(response.getLlm()).isEqualTo("fake-1");
    assertThat(response.getLlmCalls()).isEqualTo(1);
    assertThat(response.getPromptTokens()).isEqualTo(100);
    assertThat(response.getCompletionTokens()).isEqualTo(8);
    assertThat(response.getTimings())
        .extracting(StageTiming::getStage)
        .containsExactly("queue", "history", "rerank", "llm", "adapter", "total");
    LlmRequest request = fixture.llm.requests().get(0);
    assertThat(request.n()).isEqualTo(3);
    assertThat(request.temperature()).isEqualTo(1.0);
    assertThat(request.messages()).extracting(ChatMessage::content).contains("green", "blue");
  }

  @Test
  void theAnswerSaysWhatTheUsersOwnHeadContributed() {
    Heads.Member member = new Heads.Member(30, 1f, new float[FakePersonalizer.FEATURES]);
    Heads.Mixture own = new Heads.Mixture(12, 1f, List.of(member), true, true);
    fixture.fit(new Heads(5, 3, own, Heads.Mixture.NONE));
    fixture.llm.answers("red", "red", "red");
    Response response = answer(fixture.query("q").build());
    assertThat(response.getHead())
        .isEqualTo(
            new HeadShare(12, 3, 10.0 / 11, List.of(new PriorWeight(30.0, 1.0 / 11)), true, true));
    assertThat(response.getCandidates()).extracting(Candidate::getPopulation).containsOnly(0.1);
    assertThat(response.getCandidates())
        .extracting(Candidate::getExpectedWords)
        .containsOnly(0.25f);
  }

  @Test
  void whereThePopulationHasAllTheSayTheAnswerNamesNoHead() {
    fixture.fit(2);
    fixture.llm.answers("red", "red", "red");
    assertThat(answer(fixture.query("q").build()).getHead()).isNull();
  }

  @Test
  void aHeadOfVerdictsAloneIsAHead() {
    fixture.remember(1, GRASS);
    fixture.fit(new Heads(0, 1, Heads.Mixture.NONE, Heads.Mixture.NONE));
    fixture.llm.answers("red", "red", "red");
    assertThat(answer(fixture.query("q").build()).getStatus()).isEqualTo(ResponseStatus.OK);
  }

  @Test
  void aUserNeverSeenIsAnsweredWithoutHistoryAndThatIsNoDegradation() {
    fixture.llm.answers("red", "red", "blue");
    Response response = answer(fixture.query("q").build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.OK);
    assertThat(response.getText()).isEqualTo("red");
    assertThat(response.getItems()).isEmpty();
    assertThat(fixture.model.headsSeen()).containsExactly(Heads.NONE);
    assertThat(fixture.llm.requests().get(0).n()).isEqualTo(3);
  }

  @Test
  void thePlainAnswerIsOneSampleAtTemperatureZeroWithoutHistory() {
    fixture.remember(2, GRASS, SEA);
    fixture.llm.answers("The answer is red");
    Response response = answer(fixture.query("q").setPersonalize(false).build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.OK);
    assertThat(response.getText()).isEqualTo("red");
    assertThat(response.getHistoryVersion()).isZero();
    assertThat(response.getItems()).isEmpty();
    LlmRequest request = fixture.llm.requests().get(0);
    assertThat(request.n()).isEqualTo(1);
    assertThat(request.temperature()).isZero();
    assertThat(request.messages())
        .extracting(ChatMessage::role)
        .containsExactly(ChatMessage.Role.SYSTEM, ChatMessage.Role.USER);
  }

  private Response answerTrial(TrialItems items, String... without) {
    Trial trial = new Trial(items, List.of(without));
    return answer(fixture.query("q-" + items).setTrial(trial).build());
  }

  @Test
  void aTrialWithoutAnItemIsAnsweredAsIfItHadNeverBeen() {
    fixture.remember(2, GRASS, SEA);
    fixture.llm.answers("red", "red", "blue");
    Response response = answerTrial(TrialItems.RERANKED, SEA.eventId());
    assertThat(response.getItems())
        .extracting(UsedItem::getEventId)
        .containsExactly(GRASS.eventId());
    assertThat(response.getCandidates()).isNotEmpty();
    assertThat(fixture.llm.requests().get(0).messages().toString()).doesNotContain(SEA.input());
  }

  @Test
  void aTrialOfOtherItemsIsOneSampleBehindThemWithoutAChoice() {
    fixture.remember(2, GRASS, SEA);
    fixture.llm.answers("red").answers("blue");
    Response latest = answerTrial(TrialItems.LATEST);
    assertThat(latest.getText()).isEqualTo("red");
    assertThat(latest.getItems())
        .extracting(UsedItem::getEventId)
        .containsExactly(SEA.eventId(), GRASS.eventId());
    assertThat(answerTrial(TrialItems.RETRIEVED).getItems())
        .extracting(UsedItem::getEventId)
        .containsExactly(GRASS.eventId(), SEA.eventId());
    assertThat(latest.getCandidates()).isEmpty();
    assertThat(latest.getHistoryVersion()).isEqualTo(2);
    LlmRequest request = fixture.llm.requests().get(0);
    assertThat(request.n()).isEqualTo(1);
    assertThat(request.temperature()).isZero();
    assertThat(request.messages().toString()).contains(GRASS.input(), SEA.input());
    assertThat(fixture.model.headsSeen()).isEmpty();
  }

  @Test
  void aRedeliveredQueryIsAnsweredByTheSameBytesWithoutTheLlm() {
    fixture.llm.answers("red", "red", "blue");
    Query query = fixture.query("q").build();
    Reply first = fixture.start(query).join();
    fixture.time.advance(Duration.ofSeconds(5));
    Reply second = fixture.start(query).join();
    assertThat(second.bytes()).isEqualTo(first.bytes());
    assertThat(second.response()).isEqualTo(first.response());
    assertThat(fixture.llm.requests()).hasSize(1);
  }

  @Test
  void aRedeliveryPastTheDeadlineStillGetsItsRecordedAnswer() {
    fixture.llm.answers("red", "red", "blue");
    Query query = fixture.query("q").build();
    Reply first = fixture.start(query).join();
    fixture.time.advance(Duration.ofMinutes(10));
    assertThat(fixture.start(query).join().bytes()).isEqualTo(first.bytes());
  }

  @Test
  void ofTwoAnswersToOneQueryTheFirstRecordedIsSentByBoth() {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.llm.gives(slow).answers("red", "red", "red");
    Query query = fixture.query("q").build();
    CompletableFuture<Reply> ours = fixture.start(query);
    Reply theirs = fixture.start(query).join();
    slow.complete(LlmReply.whole("fake-1", List.of("blue", "blue", "blue"), 1, 1));
    assertThat(ours.join().bytes()).isEqualTo(theirs.bytes());
    assertThat(ours.join().response().getText()).isEqualTo("red");
  }

  @Test
  void aRecordedResponseOfAnotherUserOrTaskIsNeverSent() {
    Query anns = fixture.query("q").build();
    fixture.llm.answers("red", "red", "red");
    byte[] recorded = fixture.start(anns).join().bytes();
    Response red = fixture.codec.decode(recorded).orElseThrow().response();
    for (Response others :
        List.of(
            Response.newBuilder(red).setTenant("other").build(),
            Response.newBuilder(red).setUserId("bob").build(),
            Response.newBuilder(red).setTask("titles").build(),
            Response.newBuilder(red).setQueryId("p").build())) {
      fixture
          .redis
          .client()
          .set(StoreLayout.response(ANN, "q"), fixture.codec.encode(others).bytes());
      fixture.llm.answers("blue", "blue", "blue");
      Response response = answer(anns);
      assertThat(response.getText()).isEqualTo("blue");
      assertThat(response.getUserId()).isEqualTo("ann");
      assertThat(response.getTask()).isEqualTo("colours");
    }
  }

  @Test
  void anAnswerIsRecordedWhenRedisIsBackBeforeTheLlmHasAnswered() throws IOException {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.redis.stop();
    fixture.llm.gives(slow);
    CompletableFuture<Reply> reply = fixture.start(fixture.query("q").build());
    fixture.redis.start();
    fixture.time.advance(Duration.ofSeconds(2));
    slow.complete(LlmReply.whole("fake-1", List.of("red", "red", "red"), 1, 1));
    assertThat(fixture.redis.client().get(StoreLayout.response(ANN, "q")))
        .isEqualTo(reply.join().bytes());
  }

  @Test
  void aRedisThatRefusesIsNotCalledSilent() {
    fixture.redis.requirePassword("secret");
    fixture.llm.answers("red", "red", "red");
    Response response = answer(fixture.query("q").build());
    assertDegraded(response, "Redis refuses the password (NOAUTH)");
    assertThat(response.getReason()).doesNotContain("not answer");
  }

  @Test
  void identifiersThatBreakTheirRuleAreNotEchoed() {
    String endless = "x".repeat(300);
    Query query =
        fixture.query(endless).setTenant(endless).setUserId(endless).setTask(endless).build();
    Response response = fixture.start(query).join().response();
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.INVALID_QUERY);
    assertThat(List.of(response.getQueryId(), response.getTenant(), response.getUserId()))
        .containsOnly("");
    assertThat(response.getTask()).isEmpty();
  }

  @Test
  void whatWasPaidIsRecordedForTheNextOwnerOfARevokedQuery() {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.llm.gives(slow);
    CompletableFuture<Reply> reply = fixture.start(fixture.query("q").build());
    fixture.revoke();
    slow.complete(LlmReply.whole("fake-1", List.of("red"), 1, 1));
    assertThat(fixture.redis.client().get(StoreLayout.response(ANN, "q")))
        .isEqualTo(reply.join().bytes());
  }

  @Test
  void aCallThatIsGivenUpWithItsPartitionIsNotTheNextOwnersAnswer() {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.llm.gives(slow).answers("red", "red", "red");
    Query query = fixture.query("q").build();
    CompletableFuture<Reply> ours = fixture.start(query);
    fixture.revoke();
    slow.completeExceptionally(new LlmException(Kind.TOO_LATE, "no longer wanted", 1));
    assertThat(ours.join().response().getStatus()).isEqualTo(ResponseStatus.LLM_FAILED);
    assertThat(answer(query).getText()).isEqualTo("red");
  }

  @Test
  void aQueryThatMayHaveBeenAnsweredWaitsForRedisBeforeItIsPaidAgain() throws IOException {
    fixture.llm.answers("red", "red", "blue");
    Query query = fixture.query("q").build();
    Reply first = fixture.start(query).join();
    fixture.redis.client().getPool().clear();
    byte[] recorded = fixture.redis.client().get(StoreLayout.response(ANN, "q"));
    fixture.redis.stop();
    fixture.redeliver();
    CompletableFuture<Reply> second = fixture.start(query);
    fixture.time.advance(Duration.ofSeconds(5));
    assertThat(second).isNotDone();
    fixture.redis.start();
    fixture.redis.client().set(StoreLayout.response(ANN, "q"), recorded);
    fixture.time.advance(Duration.ofSeconds(5));
    assertThat(second.join().bytes()).isEqualTo(first.bytes());
    assertThat(fixture.llm.requests()).hasSize(1);
  }

  @Test
  void aQueryThatMayHaveBeenAnsweredIsNotPaidAgainWithoutRedis() throws IOException {
    fixture.redis.stop();
    fixture.redeliver();
    CompletableFuture<Reply> reply = fixture.start(fixture.query("q").build());
    fixture.time.advance(Duration.ofSeconds(31));
    Response response = reply.join().response();
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(response.getReason()).contains("may have been answered before");
    assertThat(fixture.llm.requests()).isEmpty();
    fixture.redis.start();
  }

  @Test
  void aRecordThatNeedsTheRegistryWaitsForItBeforeTheQueryIsPaidAgain() {
    fixture.llm.answers("red", "red", "blue");
    Query query = fixture.query("q").build();
    Reply first = fixture.start(query).join();
    fixture.registryAway = true;
    CompletableFuture<Reply> second = fixture.start(query);
    fixture.time.advance(Duration.ofSeconds(5));
    assertThat(second).isNotDone();
    fixture.registryAway = false;
    fixture.time.advance(Duration.ofSeconds(5));
    assertThat(second.join().bytes()).isEqualTo(first.bytes());
    assertThat(fixture.llm.requests()).hasSize(1);
  }

  @Test
  void aRecordThatNeedsTheRegistryIsNotPaidAgainWithoutIt() {
    fixture.llm.answers("red", "red", "blue");
    Query query = fixture.query("q").build();
    Reply first = fixture.start(query).join();
    fixture.registryAway = true;
    CompletableFuture<Reply> second = fixture.start(query);
    fixture.time.advance(Duration.ofSeconds(31));
    Response late = second.join().response();
    assertThat(late.getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(late.getReason()).contains("may have been answered before", "registry");
    fixture.registryAway = false;
    assertThat(fixture.start(query).join().bytes()).isEqualTo(first.bytes());
    assertThat(fixture.llm.requests()).hasSize(1);
  }

  @Test
  void aHistoryIsHeldUntilItWasReadAndNotWhileTheLlmIsAsked() {
    fixture.remember(2, GRASS, SEA);
    List<Boolean> room = new ArrayList<>();
    fixture.model.whenReading(() -> room.add(fixture.held.hasRoom()));
    CompletableFuture<Reply> reply = fixture.start(fixture.query("q").build());
    assertThat(reply).isNotDone();
    assertThat(room).containsExactly(false);
    assertThat(fixture.held.hasRoom()).isTrue();
  }

  @Test
  void aRefusedQueryThatWasAnsweredBeforeGetsThatAnswer() {
    fixture.llm.answers("red", "red", "blue");
    Query query = fixture.query("q").build();
    Reply first = fixture.start(query).join();
    fixture.redeliver();
    Question again = fixture.question(query, KEY);
    assertThat(fixture.pipeline.refuse(again, "no room").join().bytes()).isEqualTo(first.bytes());
    assertThat(fixture.pipeline.expire(again).join().bytes()).isEqualTo(first.bytes());
  }

  @Test
  void aDeadlineThatIsLeftToAPolicyWithoutOneIsNoMatterOfClocks() {
    Query query = fixture.query("q").setDeadline(Question.NO_DEADLINE).build();
    Response response = fixture.pipeline.expire(fixture.question(query, KEY)).join().response();
    assertThat(response.getReason()).contains("no defaultDeadline").doesNotContain("clocks");
  }

  @Test
  void aDeadlineThatWasOverAtOnceHintsAtTheClocks() {
    Query query =
        fixture.query("q").setDeadline(fixture.time.instant().minusMillis(30_100)).build();
    Response response = fixture.pipeline.expire(fixture.question(query, KEY)).join().response();
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(response.getReason()).contains("by 30100 ms").contains("compare the clocks");
  }

  @Test
  void waitingLongerThanAnAnswerMayTakeIsNotCalledTheAppsDeadline() {
    Query query = fixture.query("q").setDeadline(fixture.time.instant().plusSeconds(3600)).build();
    Question question = fixture.question(query, KEY);
    fixture.time.advance(AnswerFixture.MAX_TIME);
    assertThat(fixture.pipeline.expire(question).join().response().getReason())
        .contains("--max-answer-time");
  }

  @Test
  void anAnswerFromAHistoryThatWasErasedMeanwhileIsSentAndNotKept() {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.llm.gives(slow);
    CompletableFuture<Reply> reply = fixture.start(fixture.query("q").build());
    fixture
        .redis
        .client()
        .hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), new byte[] {'7'});
    slow.complete(LlmReply.whole("fake-1", List.of("red", "red", "red"), 1, 1));
    assertThat(reply.join().response().getText()).isEqualTo("red");
    assertThat(fixture.redis.client().exists(StoreLayout.response(ANN, "q"))).isFalse();
  }

  @Test
  void withoutRedisTheAnswerIsDegraded() throws IOException {
    fixture.redis.stop();
    fixture.llm.answers("red", "red", "red");
    assertDegraded(answer(fixture.query("q").build()), "Redis does not answer");
    fixture.redis.start();
    assertThat(fixture.redis.client().exists(StoreLayout.response(ANN, "q"))).isFalse();
  }

  @Test
  void aMissingOrUnreadableHeadIsADegradation() {
    fixture.remember(2, GRASS);
    fixture.llm.answers("red", "red", "red").answers("red", "red", "red");
    assertDegraded(answer(fixture.query("q1").build()), "no head");
    fixture
        .redis
        .client()
        .set(StoreLayout.heads(ANN, "colours", FakePersonalizer.BASE), new byte[] {42});
    assertDegraded(answer(fixture.query("q2").build()), "head cannot be read");
    assertThat(fixture.model.headsSeen()).containsOnly(Heads.NONE);
  }

  @Test
  void fewerSamplesAndSamplesOutsideTheOptionsAreDegradations() {
    fixture.llm.answers("red", "a kind of purple");
    Response response = answer(fixture.query("q").build());
    assertDegraded(response, "2 of 3 samples");
    assertThat(response.getReason()).contains("1 of the LLM's 2 samples").doesNotContain("purple");
    assertThat(response.getText()).isEqualTo("red");
  }

  @Test
  void aQueryThatDoesNotFitIntoThePromptIsADegradation() {
    fixture.llm.answers("red", "red", "red").answers("red");
    String input = "blue ".repeat(1300);
    assertDegraded(answer(fixture.query("q").setInput(input).build()), "6000 of the query's 6500");
    assertDegraded(
        answer(fixture.query("p").setInput(input).setPersonalize(false).build()),
        "6000 of the query's 6500");
  }

  @Test
  void outputsThatTeachNothingAreADegradation() {
    fixture.remember(2, new HistoryItem("e1", 1, "grass", "greenish"), SEA);
    fixture.fit(2);
    fixture.llm.answers("red", "red", "red").answers("red", "red", "red");
    assertThat(answer(fixture.query("q1").build()).getStatus()).isEqualTo(ResponseStatus.OK);
    fixture.remember(3, new HistoryItem("e2", 2, "sea", "blueish"));
    Response response = answer(fixture.query("q2").build());
    assertDegraded(response, "2 of 2 past outputs are none of the task's options");
    assertThat(response.getReason()).doesNotContain("greenish");
  }

  @Test
  void anOpenTaskWithoutAUsableSampleFails() {
    fixture.llm.answers("\"\"", "\"\"");
    Response response = answer(fixture.query("q").setTask("titles").build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.LLM_FAILED);
    assertThat(response.getText()).isNull();
  }

  @Test
  void whatTheReplyRouteLacksIsSaidInTheAnswer() {
    fixture.llm.answers("red", "red", "red");
    Reply reply =
        fixture.start(fixture.query("q").build(), "reply topic is not allow-listed").join();
    assertDegraded(reply.response(), "reply topic is not allow-listed");
  }

  @Test
  void invalidQueriesAreRefusedWithoutTheLlmAndWithoutQuotingThem() {
    assertFailed(fixture.query("q").setInput("  ").build(), ResponseStatus.INVALID_QUERY, "input");
    assertFailed(fixture.query(" ").build(), ResponseStatus.INVALID_QUERY, "query_id");
    assertFailed(
        fixture.query("q").setTenant("b:d").build(), ResponseStatus.INVALID_QUERY, "tenant");
    assertFailed(fixture.query("q").setUserId("").build(), ResponseStatus.INVALID_QUERY, "user_id");
    Query query = fixture.query("q").build();
    assertThat(fixture.start(query, new byte[] {1}).join().response().getReason())
        .isEqualTo(
            "the record key must be tenant:user_id of the value, or the user's order would be lost:"
                + " key the record so");
    assertThat(fixture.start(query, (byte[]) null).join().response().getStatus())
        .isEqualTo(ResponseStatus.INVALID_QUERY);
    assertThat(fixture.llm.requests()).isEmpty();
  }

  @Test
  void anUnknownTaskIsToldWhichAreKnown() {
    assertFailed(
        fixture.query("q").setTask("smells").build(),
        ResponseStatus.UNKNOWN_TASK,
        "not in the catalogue, which holds: colours, titles; a task of your own comes with a base");
    assertFailed(
        fixture.query("q").setTask("Colour").build(),
        ResponseStatus.UNKNOWN_TASK,
        "(did you mean colours?)");
  }

  @Test
  void aQueryPastItsDeadlineCostsNoLlmCall() {
    Query query = fixture.query("q").setDeadline(fixture.time.instant()).build();
    assertFailed(query, ResponseStatus.DEADLINE_EXCEEDED, "before work began");
    assertThat(fixture.llm.requests()).isEmpty();
  }

  @Test
  void anLlmThatFailsPastTheDeadlineIsDeadlineExceeded() {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.llm.gives(slow);
    CompletableFuture<Reply> reply = fixture.start(fixture.query("q").build());
    fixture.time.advance(Duration.ofSeconds(31));
    slow.completeExceptionally(
        new LlmException(Kind.SLOW, "the LLM endpoint did not answer within 15 s 2 times", 2));
    Response response = reply.join().response();
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(response.getReason()).contains("did not answer within 15 s");
    assertThat(response.getLlmCalls()).isEqualTo(2);
  }

  @Test
  void theDeadlineOfTheLlmIsTheQuerysAndARevokedQueryIsAbandoned() {
    CompletableFuture<Reply> unused = fixture.start(fixture.query("q").build());
    Deadline deadline = fixture.llm.deadlines().get(0);
    assertThat(deadline.at()).isEqualTo(fixture.time.instant().plusSeconds(30));
    assertThat(deadline.abandoned().getAsBoolean()).isFalse();
    fixture.revoke();
    assertThat(deadline.abandoned().getAsBoolean()).isTrue();
  }

  @Test
  void anAnswerFromCutSamplesIsDegradedAndNamesTheLimit() {
    fixture.llm.gives(
        CompletableFuture.completedFuture(
            new LlmReply("m", List.of("red", "red", "red"), true, Map.of(), null, 1, 10, 24, 5)));
    assertDegraded(answer(fixture.query("q").build()), "maxTokens (8)");
  }

  @Test
  void tokensThatWentIntoReasoningAloneAreCountedAndTheReasonNamesTheLimit() {
    fixture.llm.gives(
        CompletableFuture.completedFuture(
            new LlmReply("m", List.of(), false, Map.of(Loss.REASONING, 3), null, 1, 10, 24, 5)));
    Response response = answer(fixture.query("q").build());
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.LLM_FAILED);
    assertThat(response.getReason()).contains("maxTokens (8)").contains("reasoning");
    assertThat(response.getPromptTokens()).isEqualTo(10);
    assertThat(response.getCompletionTokens()).isEqualTo(24);
    assertThat(response.getLlmCalls()).isEqualTo(1);
  }

  @Test
  void anLlmThatFailsForGoodIsLlmFailedAndRecordedAsSuch() {
    fixture.llm.fails(new LlmException(Kind.UNAUTHORIZED, "the LLM endpoint answered 401", 1));
    Query query = fixture.query("q").build();
    assertFailed(query, ResponseStatus.LLM_FAILED, "401");
    assertFailed(query, ResponseStatus.LLM_FAILED, "401");
    assertThat(fixture.llm.requests()).hasSize(1);
  }

  @Test
  void aDeadlineFarAwayIsCutToTheLongestAllowed() {
    Query query =
        fixture.query("q").setDeadline(fixture.time.instant().plusSeconds(86_400)).build();
    CompletableFuture<Reply> unused = fixture.start(query);
    assertThat(fixture.llm.deadlines().get(0).at())
        .isEqualTo(fixture.time.instant().plusSeconds(60));
  }

  @Test
  void anLlmThatTakesLongerThanTheLongestAllowedAnswersAfterTheDeadline() {
    CompletableFuture<LlmReply> slow = new CompletableFuture<>();
    fixture.llm.gives(slow);
    CompletableFuture<Reply> reply =
        fixture.start(
            fixture.query("q").setDeadline(fixture.time.instant().plusSeconds(86_400)).build());
    fixture.time.advance(Duration.ofSeconds(61));
    slow.completeExceptionally(new LlmException(Kind.SLOW, "the LLM endpoint is slow", 1));
    assertThat(reply.join().response().getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
  }

  @Test
  void theUnexpectedIsAnInternalErrorThatTellsNothingOfTheUser() {
    fixture.model.breaks(new IllegalStateException("the sky"));
    fixture.llm.answers("red", "red", "red");
    assertFailed(fixture.query("q").build(), ResponseStatus.INTERNAL_ERROR, "see its log");
  }

  private Response answer(Query query) {
    Reply reply = fixture.start(query).join();
    assertThat(fixture.codec.decode(reply.bytes()).map(Reply::response)).hasValue(reply.response());
    return reply.response();
  }

  private static void assertDegraded(Response response, String reason) {
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response.getReason()).contains(reason);
    assertThat(response.getText()).isNotBlank();
  }

  private void assertFailed(Query query, ResponseStatus status, String reason) {
    Response response = answer(query);
    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(response.getReason()).contains(reason).doesNotContain("the sky");
    assertThat(response.getText()).isNull();
    assertThat(response.getQueryId()).isEqualTo(query.getQueryId().strip());
  }
}
