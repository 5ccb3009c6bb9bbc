package io.hydra.schemas.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Interaction;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventRulesTest {
  private static BehaviorEvent event(Object payload) {
    return BehaviorEvent.newBuilder()
        .setEventId("e1")
        .setTenant("acme")
        .setUserId("ann")
        .setTask("sample")
        .setOccurredAt(Instant.ofEpochMilli(1_700_000_000_000L))
        .setPayload(payload)
        .build();
  }

  @Test
  void acceptsAnInteractionAndAnErasure() {
    assertThat(EventRules.problem(event(new Interaction("a text", "a tag")))).isEmpty();
    assertThat(EventRules.problem(event(new Erasure()))).isEmpty();
  }

  @Test
  void namesTheFieldThatIsWrong() {
    assertThat(EventRules.problem(event(new Interaction(" ", "tag"))).orElseThrow())
        .contains("interaction.input");
    assertThat(EventRules.problem(event(new Interaction("text", ""))).orElseThrow())
        .contains("interaction.output");
    BehaviorEvent nobody = event(new Interaction("text", "tag"));
    nobody.setUserId("");
    assertThat(EventRules.problem(nobody).orElseThrow()).contains("user_id");
    BehaviorEvent noTask = event(new Interaction("text", "tag"));
    noTask.setTask("a b");
    assertThat(EventRules.problem(noTask).orElseThrow()).contains("task");
    BehaviorEvent longAgo = event(new Interaction("text", "tag"));
    longAgo.setOccurredAt(Instant.EPOCH);
    assertThat(EventRules.problem(longAgo).orElseThrow()).contains("occurred_at");
  }

  @Test
  void refusesTextThatIsTooLargeByItsBytes() {
    String text = "é".repeat(EventRules.MAX_TEXT_BYTES / 2);
    assertThat(EventRules.problem(event(new Interaction(text, "t"))).orElseThrow())
        .contains("bytes")
        .doesNotContain("é");
  }
}
