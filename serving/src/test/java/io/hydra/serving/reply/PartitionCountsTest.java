package io.hydra.serving.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionCountsTest {
  @Test
  void aTopicThatCannotBeToldForWhateverReasonHoldsUpNoOther() {
    PartitionCounts counts =
        new PartitionCounts(
            topic -> {
              if (topic.equals("bad")) {
                throw new IllegalStateException("the client is broken");
              }
              return 8;
            });
    counts.refresh(List.of("bad", "good"));
    assertThat(counts.of("bad")).isZero();
    assertThat(counts.of("good")).isEqualTo(8);
  }
}
