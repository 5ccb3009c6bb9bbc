package io.hydra.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicTest {
  @Test
  void whatIsReadFromOutsideHasADeadLetterTopic() {
    assertThat(Topic.EVENTS.deadLetters()).isEqualTo(Topic.EVENTS_DLQ);
    assertThat(Topic.QUERIES.deadLetters()).isEqualTo(Topic.QUERIES_DLQ);
    assertThat(Topic.HEAD_REQUESTS.deadLetters()).isEqualTo(Topic.HEAD_REQUESTS_DLQ);
  }

  @Test
  void headsAreCompactedAndEventsAreKept() {
    assertThat(Topic.HEADS.asNewTopic(1, (short) 1).configs())
        .containsEntry("cleanup.policy", "compact")
        .containsKey("max.compaction.lag.ms");
    assertThat(Topic.EVENTS.asNewTopic(1, (short) 1).configs())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "-1")
        .doesNotContainKey("segment.ms");
  }

  @Test
  void whatIsKeptForADayIsGoneSoonAfter() {
    assertThat(Topic.QUERIES.asNewTopic(1, (short) 1).configs())
        .containsEntry("retention.ms", "86400000")
        .containsEntry("segment.ms", "10800000");
  }

  @Test
  void deadLettersHaveNoSchemaAndTheOthersDo() {
    for (Topic topic : Topic.values()) {
      assertThat(topic.schema().isEmpty()).isEqualTo(topic.isDeadLetter());
    }
  }
}
