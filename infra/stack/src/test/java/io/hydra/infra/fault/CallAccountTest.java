package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.fault.ScriptedLlm.Call;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistrySerializer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CallAccountTest {
  private static final Set<String> KILLED = Set.of("dead");
  private static final Call FIRST = call("1", "dead", 0);
  private static final Call SECOND = call("2", "other", 60);

  @BeforeAll
  static void trustTheContract() {
    RegistrySerializer.trustRecords();
  }

  @Test
  void theCallsThatAnAnswerCountsAreToldHoweverMany() {
    Call again = call("2", "dead", 10);
    assertThat(accounts(List.of(FIRST, again), answer("2", 11, 2))).containsOnly(CallAccount.TOLD);
    assertThat(accounts(List.of(FIRST, again), answer("2", 11, 1)))
        .containsExactly(CallAccount.UNEXPLAINED, CallAccount.TOLD);
  }

  @Test
  void whatAKilledProcessHadNotRecordedMayBeAskedAgainHoweverLateItWasKilled() {
    assertThat(accounts(List.of(FIRST, SECOND), answer("2", 61, 1)))
        .containsExactly(CallAccount.DIED, CallAccount.TOLD);
  }

  @Test
  void whatAKilledProcessHadRecordedMayNotBeAskedAgain() {
    assertThat(accounts(List.of(FIRST, SECOND), answer("1", 1, 1)))
        .containsExactly(CallAccount.TOLD, CallAccount.UNEXPLAINED);
  }

  @Test
  void anotherOwnerMayAskUntilThereIsAnAnswerWhicheverStandsThen() {
    Call early = call("2", "other", 1);
    Call alive = call("1", "alive", 0);
    assertThat(accounts(List.of(alive, early), answer("1", 2, 1)))
        .containsExactly(CallAccount.TOLD, CallAccount.MOVED);
    assertThat(accounts(List.of(alive, early), answer("2", 2, 1)))
        .containsExactly(CallAccount.MOVED, CallAccount.TOLD);
    assertThat(accounts(List.of(alive, SECOND), answer("1", 2, 1)))
        .containsExactly(CallAccount.TOLD, CallAccount.UNEXPLAINED);
  }

  @Test
  void oneProcessAsksOnceUnlessItsAnswerSaysOtherwise() {
    Call again = call("2", "dead", 1);
    assertThat(accounts(List.of(FIRST, again), answer("1", 5, 1)))
        .containsExactly(CallAccount.TOLD, CallAccount.UNEXPLAINED);
  }

  @Test
  void withoutAnAnswerOnlyAKillExplainsACall() {
    assertThat(accounts(List.of(FIRST, SECOND), null))
        .containsExactly(CallAccount.DIED, CallAccount.UNEXPLAINED);
  }

  @Test
  void anAnswerOfAFailedCallNamesNone() {
    assertThat(accounts(List.of(FIRST, SECOND), answer("", 70, 1)))
        .containsExactly(CallAccount.DIED, CallAccount.TOLD);
  }

  private static List<CallAccount> accounts(List<Call> calls, Response answer) {
    return calls.stream().map(call -> CallAccount.of(call, calls, answer, KILLED)).toList();
  }

  private static Call call(String id, String asker, long second) {
    Instant begun = Instant.ofEpochSecond(second);
    return new Call(id, asker, "q", begun, begun.plusMillis(500));
  }

  private static Response answer(String llm, long second, int calls) {
    return Response.newBuilder()
        .setQueryId("q")
        .setTenant("t")
        .setUserId("u")
        .setTask("task")
        .setStatus(ResponseStatus.OK)
        .setLlm(llm)
        .setLlmCalls(calls)
        .setAnsweredAt(Instant.ofEpochSecond(second))
        .build();
  }
}
