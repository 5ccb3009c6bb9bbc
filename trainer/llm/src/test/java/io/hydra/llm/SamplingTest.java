package io.hydra.llm;

import static io.hydra.llm.FakeTransport.choices;
import static io.hydra.llm.FakeTransport.done;
import static io.hydra.llm.FakeTransport.refusal;
import static io.hydra.llm.FakeTransport.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.llm.Transport.Choice;
import io.hydra.llm.Transport.Completion;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SamplingTest {
  private static final Completion REASONED_ONLY =
      new Completion("m", List.of(new Choice("", Loss.REASONING)), 10, 64);

  private final ManualTime time = new ManualTime();
  private final FakeTransport transport = new FakeTransport(time);
  private final RetryPolicy policy =
      new RetryPolicy(
          2,
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          null,
          Duration.ofMinutes(2),
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0),
          "raise the time");
  private final Sampling sampling =
      new Sampling(
          new Attempts(
              Endpoint.of("http://127.0.0.1:1/v1", "k"),
              transport,
              policy,
              new Circuit(policy.minAttempt(), time, time, new Outage("the LLM endpoint")),
              time,
              time),
          time);

  private CompletableFuture<LlmReply> ask(int n) {
    return sampling.complete(
        Requests.request("x", n, OptionalLong.of(100)),
        new Deadline(time.instant().plusSeconds(40), () -> false));
  }

  private List<Integer> sizes() {
    return transport.sent.stream().map(r -> r.path("n").asInt(1)).toList();
  }

  @Test
  void oneCallAsksForAll() {
    LlmReply reply = ask(3).join();
    assertThat(reply.texts()).containsExactly("text 0", "text 1", "text 2");
    assertThat(reply.complaints(64)).isEmpty();
    assertThat(sizes()).containsExactly(3);
    assertThat(reply.calls()).isEqualTo(1);
  }

  @Test
  void cappedChoicesAreAskedForAgainInParallelWithOtherSeedsAndAllUsageCounts() {
    transport.always(r -> done(choices(Math.min(3, r.path("n").asInt(1)))));
    LlmReply reply = ask(8).join();
    assertThat(reply.texts()).hasSize(8);
    assertThat(sizes()).containsExactly(8, 3, 2);
    assertThat(transport.sent)
        .extracting(r -> r.get("seed").asLong())
        .containsExactly(100L, 101L, 102L);
    assertThat(reply.promptTokens()).isEqualTo(120);
    assertThat(reply.completionTokens()).isEqualTo(16);
    assertThat(reply.calls()).isEqualTo(3);
  }

  @Test
  void theRestIsAskedForAtOnceNotOneAfterTheOther() {
    transport.always(
        r -> transport.sent.size() == 1 ? done(choices(1)) : new CompletableFuture<>());
    CompletableFuture<LlmReply> unused = ask(8);
    assertThat(transport.sent).hasSize(8);
  }

  @Test
  void anEndpointThatIgnoresNAgainAndAgainIsSentSingleCallsAtOnce() {
    transport.always(r -> done(choices(1)));
    for (int i = 0; i < 3; i++) {
      assertThat(ask(4).join().texts()).hasSize(4);
    }
    transport.sent.clear();
    assertThat(ask(4).join().texts()).hasSize(4);
    assertThat(sizes()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void choicesThatAreMissingNowAndThenTeachNothing() {
    for (int i = 0; i < 4; i++) {
      boolean one = i % 2 == 0;
      transport.always(r -> done(choices(one ? 1 : r.path("n").asInt(1))));
      assertThat(ask(4).join().texts()).hasSize(4);
    }
    transport.sent.clear();
    LlmReply unused = ask(4).join();
    assertThat(sizes()).startsWith(4);
  }

  @Test
  void anEndpointThatRefusesSeveralChoicesIsSentSingleCallsFromThenOn() {
    transport.always(
        r ->
            done(
                r.has("n")
                    ? refusal(400, "{\"error\":{\"message\":\"'n' : number must be at most 1\"}}")
                    : choices(1)));
    assertThat(ask(3).join().texts()).hasSize(3);
    assertThat(transport.sent).hasSize(2 + 2);
    assertThat(ask(3).join().texts()).hasSize(3);
    assertThat(transport.sent).hasSize(4 + 3);
  }

  @Test
  void anEndpointThatGivesNoMoreIsTakenAtItsWord() {
    transport.always(r -> done(choices(transport.sent.size() == 1 ? 2 : 0)));
    CompletableFuture<LlmReply> asked = ask(4);
    time.advance(Duration.ofSeconds(1));
    LlmReply reply = asked.join();
    assertThat(reply.texts()).hasSize(2);
    assertThat(reply.losses()).containsEntry(Loss.MISSING, 2);
    assertThat(reply.fault()).isNull();
  }

  @Test
  void anEndpointThatBreaksBeforeTheRestIsAReplyThatSaysSo() {
    transport.always(r -> done(transport.sent.size() == 1 ? choices(2) : status(500)));
    CompletableFuture<LlmReply> asked = ask(3);
    time.advance(Duration.ofSeconds(1));
    LlmReply reply = asked.join();
    assertThat(reply.texts()).hasSize(2);
    assertThat(reply.fault().kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(reply.complaints(64))
        .anySatisfy(c -> assertThat(c).contains("1 of the samples"))
        .anySatisfy(c -> assertThat(c).contains("500"));
  }

  @Test
  void theRestDoesNotTakeTheAnswerPastTheDeadline() {
    transport.always(
        r -> transport.sent.size() == 1 ? done(choices(1)) : new CompletableFuture<>());
    CompletableFuture<LlmReply> asked = ask(3);
    time.advance(Duration.ofSeconds(39));
    assertThat(asked.join().texts()).hasSize(1);
  }

  @Test
  void theCallsAreBoundedByTheSamples() {
    transport.always(r -> done(choices(1)));
    LlmReply unused = ask(5).join();
    assertThat(transport.sent).hasSize(5);
  }

  @Test
  void allTokensSpentOnReasoningIsOneCallThatCounts() {
    transport.always(r -> done(REASONED_ONLY));
    for (int i = 1; i <= 5; i++) {
      LlmReply reply = ask(8).join();
      assertThat(reply.texts()).isEmpty();
      assertThat(reply.completionTokens()).isEqualTo(64);
      assertThat(reply.complaints(64)).anySatisfy(c -> assertThat(c).contains("maxTokens (64)"));
      assertThat(transport.sent).hasSize(i);
    }
    transport.always(r -> done(choices(r.path("n").asInt(1))));
    assertThat(ask(8).join().texts()).hasSize(8);
    assertThat(sizes().subList(5, 7)).containsExactly(1, 7);
  }

  @Test
  void aFailureCountsAllCalls() {
    transport.always(r -> done(status(500)));
    CompletableFuture<LlmReply> asked = ask(2);
    time.advance(Duration.ofSeconds(1));
    assertThat(Requests.refusal(asked).calls()).isEqualTo(2);
  }
}
