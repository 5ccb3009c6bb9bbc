package io.hydra.stream.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.kafka.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicRetentionTest {
  private static Optional<String> problem(Duration maxAge, Map<String, String> config) {
    return TopicRetention.problem(config::get, maxAge);
  }

  @Test
  void topicThatIsKeptForeverIsFine() {
    assertThat(
            problem(
                Duration.ZERO,
                Map.of("retention.ms", "-1", "retention.bytes", "-1", "cleanup.policy", "delete")))
        .isEmpty();
  }

  @Test
  void topicMustBeKeptAsLongAsTheAgeLimit() {
    Map<String, String> week = Map.of("retention.ms", "604800000");
    assertThat(problem(Duration.ofDays(7), week)).isEmpty();
    assertThat(problem(Duration.ofDays(8), week))
        .hasValueSatisfying(warning -> assertThat(warning).contains("retention.ms=691200000"));
    assertThat(problem(Duration.ZERO, week))
        .hasValueSatisfying(warning -> assertThat(warning).contains("retention.ms=-1"));
  }

  @Test
  void boundInBytesOrCompactionMayLoseAnyEvent() {
    assertThat(problem(Duration.ofDays(1), Map.of("retention.bytes", "1000")))
        .hasValueSatisfying(warning -> assertThat(warning).contains("retention.bytes=-1"));
    assertThat(problem(Duration.ofDays(1), Map.of("cleanup.policy", "compact,delete")))
        .hasValueSatisfying(warning -> assertThat(warning).contains("cleanup.policy=delete"));
  }

  @Test
  void brokersThatDoNotAnswerAreNotWaitedForLong() {
    assertThat(
            TopicRetention.warning(
                KafkaConnection.open("127.0.0.1:1", "http://127.0.0.1:1"), Duration.ZERO))
        .isEmpty();
  }
}
