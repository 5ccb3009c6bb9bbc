package io.hydra.schemas.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventRulesTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final long DAY = 24 * 60 * 60 * 1000L;

  private static BehaviorEvent event(Object payload) {
    return BehaviorEvent.newBuilder()
        .setEventId("e1")
        .setTenant("acme")
        .setUserId("ann")
        .setTask("sample")
        .setOccurredAt(Instant.ofEpochMilli(NOW))
        .setPayload(payload)
        .build();
  }

  private static BehaviorEvent interaction() {
    return event(new Interaction("a text", "a tag", null));
  }

  private static Optional<String> problem(BehaviorEvent event) {
    return EventRules.problem(event, NOW);
  }

  private static String problemAt(long occurredAt, Object payload) {
    BehaviorEvent event = event(payload);
    event.setOccurredAt(Instant.ofEpochMilli(occurredAt));
    return problem(event).orElse("none");
  }

  private static String problemOfUser(String userId) {
    BehaviorEvent event = interaction();
    event.setUserId(userId);
    return problem(event).orElse("none");
  }

  @Test
  void acceptsEachKindOfPayload() {
    assertThat(problem(interaction())).isEmpty();
    assertThat(problem(event(new Erasure()))).isEmpty();
    assertThat(problem(event(new Feedback("q1", Verdict.ACCEPTED, null, null, null)))).isEmpty();
  }

  @Test
  void refusesAKindOfPayloadThatItDoesNotKnow() {
    assertThat(problem(event("of a later version")).orElseThrow()).contains("payload");
    BehaviorEvent none = interaction();
    none.setPayload(null);
    assertThat(problem(none).orElseThrow()).contains("payload");
  }

  @Test
  void namesTheFieldThatIsWrong() {
    assertThat(problem(event(new Interaction(" ", "tag", null))).orElseThrow())
        .contains("interaction.input");
    assertThat(problem(event(new Interaction("text", "", null))).orElseThrow())
        .contains("interaction.output");
    BehaviorEvent nobody = interaction();
    nobody.setUserId("");
    assertThat(problem(nobody).orElseThrow()).contains("user_id");
    BehaviorEvent noTask = interaction();
    noTask.setTask("a b");
    assertThat(problem(noTask).orElseThrow()).contains("task");
  }

  @Test
  void tellsOtherUnitsFromMilliseconds() {
    for (Object payload : List.of(new Interaction("in", "out", null), new Erasure())) {
      assertThat(problemAt(1_769_853_600L, payload)).contains("looks like seconds");
      assertThat(problemAt(1_769_853_600_000_000L, payload)).contains("looks like microseconds");
      assertThat(problemAt(1_769_853_600_000_000_000L, payload)).contains("looks like nanoseconds");
      assertThat(problemAt(0, payload)).contains("occurred_at");
      assertThat(problemAt(-1, payload)).contains("occurred_at");
      assertThat(problemAt(Long.MIN_VALUE, payload)).contains("occurred_at");
    }
  }

  @Test
  void refusesMomentsThatNoNumberOfMillisecondsNames() {
    for (Instant moment : new Instant[] {Instant.MIN, Instant.MAX, null}) {
      BehaviorEvent event = interaction();
      event.setOccurredAt(Instant.EPOCH);
      if (moment != null) {
        event.setOccurredAt(moment);
      }
      assertThat(problem(event).orElseThrow()).contains("occurred_at");
    }
  }

  @Test
  void allowsADayAheadOfTheRecordAndNoMoreForErasuresToo() {
    for (Object payload : List.of(new Interaction("in", "out", null), new Erasure())) {
      assertThat(problemAt(NOW + DAY, payload)).isEqualTo("none");
      assertThat(problemAt(NOW + DAY + 1, payload)).contains("in the future").contains("clock");
    }
  }

  @Test
  void refusesARecordWithoutATimestamp() {
    assertThat(EventRules.problem(interaction(), -1).orElseThrow()).contains("no timestamp");
    assertThat(EventRules.problem(interaction(), 0).orElseThrow()).contains("in the future");
  }

  @Test
  void boundsAnOutputMoreTightlyThanAnInput() {
    int most = EventRules.MAX_OUTPUT_BYTES;
    assertThat(problem(event(new Interaction("in", "a".repeat(most), null)))).isEmpty();
    assertThat(problem(event(new Interaction("in", "a".repeat(most + 1), null))).orElseThrow())
        .contains("interaction.output")
        .contains("bytes");
    assertThat(problem(event(new Interaction("a".repeat(most + 1), "out", null)))).isEmpty();
  }

  @Test
  void refusesTextThatIsTooLargeByItsBytes() {
    String text = "é".repeat(EventRules.MAX_TEXT_BYTES / 2);
    assertThat(problem(event(new Interaction(text, "t", null))).orElseThrow())
        .contains("bytes")
        .doesNotContain("é");
  }

  @Test
  void refusesTextThatUtf8CannotExpressAndNul() {
    for (String bad : List.of("cut \ud83d", "\ude00 cut", "a\u0000b")) {
      assertThat(problem(event(new Interaction(bad, "out", null))).orElseThrow())
          .contains("interaction.input");
      assertThat(problem(event(new Interaction("in", bad, null))).orElseThrow())
          .contains("interaction.output");
      assertThat(problem(event(new Feedback("q", Verdict.EDITED, null, bad, null))).orElseThrow())
          .contains("feedback.text");
    }
    assertThat(problem(event(new Interaction("tabs\tand\r\nlines \ud83d\ude00", "हिन्दी", null))))
        .isEmpty();
  }

  @Test
  void aVerdictComesWithWhatItsKindNeedsAndNothingElse() {
    for (Feedback good :
        List.of(
            new Feedback("q", Verdict.ACCEPTED, null, null, null),
            new Feedback("q", Verdict.REJECTED, null, null, null),
            new Feedback("q", Verdict.CHOSE, 0, null, null),
            new Feedback("q", Verdict.EDITED, null, "mine", null),
            new Feedback("q", Verdict.RATED, null, null, 0.0),
            new Feedback("q", Verdict.RATED, null, null, 1.0))) {
      assertThat(problem(event(good))).isEmpty();
    }
    assertFeedback(Verdict.CHOSE, null, null, null, "feedback.candidate must be given");
    assertFeedback(Verdict.EDITED, null, null, null, "feedback.text must be given");
    assertFeedback(Verdict.RATED, null, null, null, "feedback.rating must be given");
    assertFeedback(
        Verdict.ACCEPTED, 0, null, null, "feedback.candidate says nothing with ACCEPTED");
    assertFeedback(Verdict.REJECTED, null, "mine", null, "or send EDITED");
    assertFeedback(Verdict.CHOSE, 1, null, 0.7, "feedback.rating says nothing with CHOSE");
    assertFeedback(Verdict.CHOSE, -1, null, null, "feedback.candidate is negative");
    assertFeedback(Verdict.EDITED, null, " \n", null, "feedback.text must not be empty");
    String tooLong = "a".repeat(EventRules.MAX_OUTPUT_BYTES + 1);
    assertFeedback(Verdict.EDITED, null, tooLong, null, "feedback.text has 16385 bytes");
    for (double bad : new double[] {-0.01, 1.01, 5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertFeedback(Verdict.RATED, null, null, bad, "feedback.rating must lie between 0 and 1");
    }
  }

  private static void assertFeedback(
      Verdict verdict, Integer candidate, String text, Double rating, String problem) {
    assertThat(problem(event(new Feedback("q", verdict, candidate, text, rating))).orElseThrow())
        .contains(problem);
  }

  @Test
  void aVerdictThatThisVersionDoesNotKnowIsToldWhichOnesItKnows() {
    assertFeedback(
        Verdict.UNKNOWN, null, null, null, "one of ACCEPTED, REJECTED, CHOSE, EDITED, RATED");
  }

  @Test
  void feedbackIsAboutAQuery() {
    for (String bad : List.of("", " ", "q".repeat(257), "q\n")) {
      assertThat(
              problem(event(new Feedback(bad, Verdict.ACCEPTED, null, null, null))).orElseThrow())
          .contains("feedback.query_id");
      assertThat(problem(event(new Interaction("in", "out", bad))).orElseThrow())
          .contains("interaction.query_id");
    }
    assertThat(problem(event(new Interaction("in", "out", "q")))).isEmpty();
  }

  @Test
  void refusesEventIdsThatCouldBeTakenForOthers() {
    for (String bad : List.of("", " ", "a\ud83d", "a\u0000", "a\u009b", "a\ufffd", "a\n")) {
      BehaviorEvent event = interaction();
      event.setEventId(bad);
      assertThat(problem(event).orElseThrow()).contains("event_id");
    }
  }

  @Test
  void refusesUsersThatLookLikeOthers() {
    assertThat(problemOfUser("ann\ud83d")).contains("surrogate");
    assertThat(problemOfUser("ren\ufffd")).contains("UTF-8");
    assertThat(problemOfUser("rene\u0301")).contains("NFC");
    assertThat(problemOfUser(" ann")).contains("white space");
    assertThat(problemOfUser("ann ")).contains("white space");
    assertThat(problemOfUser("ann\u00a0")).contains("white space");
    for (String unseen : List.of("\u200b", "\u202e", "\u2028", "\u2029", "\ufeff", "\u2066")) {
      assertThat(problemOfUser("an" + unseen + "n")).contains("cannot be seen");
    }
    for (String good : List.of("ann", "rené", "安娜", "हिन्दी", "ann lee", "a:b@c{d}", "😀")) {
      assertThat(problemOfUser(good)).isEqualTo("none");
    }
  }

  @Test
  void userOfAnOlderRuleCanBeErased() {
    for (String legacy : List.of("rene\u0301", " ann", "an\u200bn", "ren\ufffd")) {
      BehaviorEvent erasure = event(new Erasure());
      erasure.setUserId(legacy);
      assertThat(problem(erasure)).isEmpty();
    }
  }

  @Test
  void momentsBeyondAllMillisecondsAreToldByTheirSide() {
    BehaviorEvent event = interaction();
    event.setOccurredAt(Instant.MIN);
    assertThat(problem(event).orElseThrow()).contains("after 1970");
    event.setOccurredAt(Instant.MAX);
    assertThat(problem(event).orElseThrow()).contains("nanoseconds");
    assertThat(problemAt(1, new Erasure())).contains("looks like seconds");
  }

  @Test
  void textsMayHaveAsManyBytesAsAllowedAndNoMore() {
    String output = "é".repeat(EventRules.MAX_OUTPUT_BYTES / 2);
    String input = "é".repeat((EventRules.MAX_TEXT_BYTES - EventRules.MAX_OUTPUT_BYTES) / 2);
    assertThat(problem(event(new Interaction(input, output, null)))).isEmpty();
    assertThat(problem(event(new Interaction(input + "a", output, null))).orElseThrow())
        .contains("together");
    assertThat(problem(event(new Interaction("in", output + "a", null))).orElseThrow())
        .contains("interaction.output");
    assertThat(problem(event(new Feedback("q1", Verdict.EDITED, null, output, null)))).isEmpty();
    assertThat(
            problem(event(new Feedback("q1", Verdict.EDITED, null, output + "a", null)))
                .orElseThrow())
        .contains("feedback.text");
  }

  @Test
  void aChoiceMustBeAmongTheCandidates() {
    Feedback second = new Feedback("q1", Verdict.CHOSE, 1, null, null);
    assertThat(EventRules.problemOfChoice(second, 2)).isEmpty();
    assertThat(EventRules.problemOfChoice(second, 1).orElseThrow())
        .contains("candidate is 1")
        .contains("1 candidates");
    Feedback none = new Feedback("q1", Verdict.CHOSE, null, null, null);
    Feedback accepted = new Feedback("q1", Verdict.ACCEPTED, 1, null, null);
    assertThat(EventRules.problemOfChoice(none, 0)).isEmpty();
    assertThat(EventRules.problemOfChoice(accepted, 0)).isEmpty();
  }

  @Test
  void anAcceptableEventTellsItsUser() {
    UserKey ann = new UserKey("acme", "ann");
    byte[] key = ann.recordKey().getBytes(StandardCharsets.UTF_8);
    assertThat(EventRules.validate(interaction(), NOW)).isEqualTo(ann);
    assertThat(EventRules.validate(interaction(), NOW, key)).isEqualTo(ann);
  }
}
