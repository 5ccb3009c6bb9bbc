package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FeedbackCommandTest {
  private static final UserKey ANN = new UserKey("shop", "ann");
  private static final Duration NONE = Duration.ZERO;

  private final StringWriter err = new StringWriter();
  private final Awaited<VerdictOutcome> watch = FeedbackCommand.watch(ANN, "v1");

  @Test
  void aVerdictIsOneOfTheFiveAndNoMore() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("--accept", "--choose", "--rate");
    assertThat(run("--accept", "--reject")).isEqualTo(2);
    assertThat(run("--edit", "mine", "--rate", "1")).isEqualTo(2);
    assertThat(run("--choose", "first")).isEqualTo(2);
  }

  @Test
  void whatWouldBeRefusedIsRefusedBeforeAnythingIsSent() {
    assertThat(run("--rate", "4")).isEqualTo(2);
    assertThat(err.toString()).contains("hydra: --rate must lie between 0 and 1");
    assertThat(run("--choose", "-1")).isEqualTo(2);
    assertThat(run("--edit", " ")).isEqualTo(2);
    assertThat(run("--accept", "--task", "a b")).isEqualTo(2);
    assertThat(run("--accept", "--timeout", "0")).isEqualTo(2);
    assertThat(err.toString()).doesNotContain("no stack runs");
  }

  @Test
  void aSystemThatIsNotThereIsOneClearLine() {
    assertThat(run("--accept", "--redis-url", "redis://127.0.0.1:9")).isEqualTo(1);
    assertThat(err.toString().strip().lines())
        .singleElement()
        .asString()
        .contains("Redis at redis://127.0.0.1:9 does not answer");
  }

  @Test
  void theCommandToPasteQuotesWhatAShellWouldTakeApart() {
    assertThat(FeedbackCommand.toPaste(new UserKey("demo", "ann"), "7-f"))
        .isEqualTo("./hydra feedback --user ann --query 7-f");
    assertThat(FeedbackCommand.toPaste(new UserKey("shop", "o'neil; rm"), "q 1"))
        .isEqualTo("./hydra feedback --user 'o'\\''neil; rm' --tenant shop --query 'q 1'");
  }

  @Test
  void everyOutcomeHasItsSentenceAndOnlyWhatIsLearnedSucceeds() {
    for (Outcome outcome : Outcome.values()) {
      assertThat(FeedbackCommand.sentence(outcome(ANN, "v1", outcome))).isNotBlank();
      assertThat(FeedbackCommand.exitCode(outcome) == 0)
          .isEqualTo(outcome == Outcome.JOINED || outcome == Outcome.REPEATED);
    }
    VerdictOutcome late = outcome(ANN, "v1", Outcome.LATE);
    late.setReason("8 days");
    assertThat(FeedbackCommand.sentence(late)).startsWith("late: ").endsWith("(8 days)");
  }

  @Test
  void onlyTheVerdictsOwnOutcomeIsTaken() throws InterruptedException {
    watch.see(outcome(ANN, "v2", Outcome.JOINED));
    watch.see(outcome(new UserKey("shop", "bob"), "v1", Outcome.JOINED));
    watch.see(outcome(new UserKey("other", "ann"), "v1", Outcome.JOINED));
    assertThat(FeedbackCommand.await(watch, NONE, NONE)).isEmpty();
    watch.see(outcome(ANN, "v1", Outcome.LATE));
    assertThat(FeedbackCommand.await(watch, NONE, NONE)).contains(outcome(ANN, "v1", Outcome.LATE));
  }

  @Test
  void anAnswerThatComesAfterItsVerdictIsWaitedForALittle() throws InterruptedException {
    watch.see(outcome(ANN, "v1", Outcome.WAITING));
    assertThat(FeedbackCommand.await(watch, NONE, NONE))
        .contains(outcome(ANN, "v1", Outcome.WAITING));
    watch.see(outcome(ANN, "v1", Outcome.WAITING));
    watch.see(outcome(ANN, "v1", Outcome.JOINED));
    assertThat(FeedbackCommand.await(watch, NONE, NONE))
        .contains(outcome(ANN, "v1", Outcome.JOINED));
  }

  @Test
  void nothingIsWaitedForOnceNothingIsRead() throws InterruptedException {
    assertThat(watch.missing("the verdict v1", 10, "later"))
        .hasMessage(
            "the verdict v1 was sent, and nothing has become of it within 10 s: later; see hydra"
                + " status");
    watch.end(new IllegalStateException("not authorized"));
    assertThat(FeedbackCommand.await(watch, Duration.ofDays(1), NONE)).isEmpty();
    assertThat(watch.missing("the verdict v1", 10, "later"))
        .hasMessageStartingWith(
            "the verdict v1 was sent, and what becomes of it cannot be read (not authorized): ");
  }

  private static VerdictOutcome outcome(UserKey user, String event, Outcome outcome) {
    return new VerdictOutcome(
        user.tenant(), user.userId(), event, "q1", outcome, null, Instant.EPOCH, null);
  }

  private int run(String... verdict) {
    List<String> arguments = new ArrayList<>(List.of("feedback", "--user", "ann", "--query", "q1"));
    arguments.addAll(Arrays.asList(verdict));
    CommandLine line = HydraCli.commandLine();
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.toArray(String[]::new));
  }
}
