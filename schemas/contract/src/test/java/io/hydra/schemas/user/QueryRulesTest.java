package io.hydra.schemas.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryRulesTest {
  private static Query.Builder query() {
    return Query.newBuilder()
        .setQueryId("q1")
        .setTenant("acme")
        .setUserId("ann")
        .setTask("sample")
        .setInput("what now?")
        .setDeadline(Instant.ofEpochMilli(1_700_000_000_000L));
  }

  private static String problem(Query.Builder query) {
    return QueryRules.problem(query.build()).orElse("none");
  }

  @Test
  void namesTheFieldThatIsWrong() {
    assertThat(problem(query())).isEqualTo("none");
    assertThat(problem(query().setTenant("a b"))).contains("tenant");
    assertThat(problem(query().setUserId("an\u200bn"))).contains("user_id");
    assertThat(problem(query().setQueryId(" "))).contains("query_id");
    assertThat(problem(query().setQueryId("q\ud83d"))).contains("query_id");
    assertThat(problem(query().setInput(" "))).contains("input");
    assertThat(problem(query().setInput("cut \ud83d"))).contains("input");
    assertThat(problem(query().setInput("é".repeat(EventRules.MAX_TEXT_BYTES)))).contains("bytes");
  }

  @Test
  void aTrialIsOfAPersonalizedAnswerAndBounded() {
    Trial latest = new Trial(TrialItems.LATEST, List.of());
    assertThat(problem(query().setTrial(latest))).isEqualTo("none");
    assertThat(problem(query().setTrial(latest).setPersonalize(false))).contains("personalize");
    assertThat(problem(query().setTrial(new Trial(TrialItems.UNKNOWN, List.of()))))
        .contains("trial.items");
    assertThat(
            problem(query().setTrial(new Trial(TrialItems.LATEST, Collections.nCopies(101, "e")))))
        .contains("trial.without");
    assertThat(
            problem(query().setTrial(new Trial(TrialItems.LATEST, Collections.nCopies(100, "e")))))
        .isEqualTo("none");
    assertThat(problem(query().setTrial(new Trial(TrialItems.LATEST, List.of("e", " ")))))
        .contains("trial.without");
  }

  @Test
  void tellsADeadlineInSecondsFromOneThatHasPassed() {
    assertThat(problem(query().setDeadline(Instant.ofEpochMilli(1_769_853_600L))))
        .contains("deadline looks like seconds");
    assertThat(problem(query().setDeadline(Instant.EPOCH))).isEqualTo("none");
  }

  @Test
  void aDeadlineBeyondAllMillisecondsIsAProblemAndNoCrash() {
    assertThat(problem(query().setDeadline(Instant.MIN))).contains("deadline");
    assertThat(problem(query().setDeadline(Instant.MAX))).contains("deadline");
    assertThat(problem(query().setDeadline(Instant.ofEpochMilli(Long.MIN_VALUE))))
        .isEqualTo("none");
  }

  @Test
  void keyMustBeTheUsers() {
    byte[] key = "acme:ann".getBytes(StandardCharsets.UTF_8);
    assertThat(QueryRules.problem(query().build(), key)).isEmpty();
    assertThat(QueryRules.problem(query().build(), null)).isPresent();
    assertThat(QueryRules.problem(query().setUserId("bob").build(), key)).isPresent();
  }

  @Test
  void anInputMayHaveAsManyBytesAsAllowedAndNoMore() {
    String most = "é".repeat(EventRules.MAX_TEXT_BYTES / 2);
    assertThat(problem(query().setInput(most))).isEqualTo("none");
    assertThat(problem(query().setInput(most + "a"))).contains("bytes");
  }

  /** 2001 in seconds. */
  @Test
  void aDeadlineLongPastIsNoMistakeOfUnits() {
    assertThat(problem(query().setDeadline(Instant.ofEpochMilli(999_999_999)))).isEqualTo("none");
    assertThat(problem(query().setDeadline(Instant.ofEpochMilli(1_000_000_000))))
        .contains("deadline looks like seconds");
  }

  @Test
  void anAnswerableQueryTellsItsUser() {
    assertThat(QueryRules.validate(query().build())).isEqualTo(new UserKey("acme", "ann"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueryRules.validate(query().setInput(" ").build()))
        .withMessageContaining("input");
  }
}
