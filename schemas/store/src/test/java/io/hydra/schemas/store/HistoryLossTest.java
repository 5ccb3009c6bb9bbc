package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.HistoryLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryLossTest {
  private static final HistoryLimits LIMITS =
      new HistoryLimits(3, Duration.ofMillis(100), Duration.ZERO);

  private static Map<String, byte[]> history(String... items) {
    Map<String, byte[]> hash = new HashMap<>();
    for (String item : items) {
      String[] parts = item.split("@");
      hash.put(
          parts[0],
          HistoryItemCodec.encode(
              new HistoryItem(
                  parts[0], Long.parseLong(parts[1]), "in", parts.length > 2 ? parts[2] : "out")));
    }
    return hash;
  }

  @Test
  void itemsThatWouldHaveTheirPlaceAreLost() {
    assertThat(ViewComparison.lost(LIMITS, history("a@1", "b@2"), history("b@2"), 0)).isEqualTo(1);
    assertThat(ViewComparison.lost(LIMITS, history("a@1", "b@2"), Map.of(), 0)).isEqualTo(2);
    assertThat(ViewComparison.lost(LIMITS, history("a@1"), history("a@1", "b@2"), 0)).isZero();
  }

  @Test
  void itemsThatMadeRoomForNewerOnesAreNot() {
    assertThat(ViewComparison.lost(LIMITS, history("a@1", "b@2"), history("b@2", "c@3", "d@4"), 0))
        .isZero();
    assertThat(ViewComparison.lost(LIMITS, history("b@2"), history("a@1", "c@3", "d@4"), 0))
        .isEqualTo(1);
    assertThat(ViewComparison.lost(LIMITS, history("a@1"), history("d@102"), 0)).isZero();
    assertThat(ViewComparison.lost(LIMITS, history("a@2"), history("d@102"), 0)).isEqualTo(1);
  }

  @Test
  void itemsThatWereErasedAreNot() {
    assertThat(ViewComparison.lost(LIMITS, history("a@1", "b@2"), Map.of(), 1)).isEqualTo(1);
    assertThat(ViewComparison.lost(LIMITS, history("a@1", "b@2"), Map.of(), 2)).isZero();
  }

  @Test
  void ofTwoItemsWithOneIdTheLesserIsNot() {
    assertThat(ViewComparison.lost(LIMITS, history("a@1@x"), history("a@1@y"), 0)).isZero();
    assertThat(ViewComparison.lost(LIMITS, history("a@1@y"), history("a@1@x"), 0)).isEqualTo(1);
    assertThat(ViewComparison.lost(LIMITS, history("a@2@x"), history("a@1@y"), 0)).isEqualTo(1);
  }

  @Test
  void itemsThatNobodyCanReadAreNot() {
    assertThat(ViewComparison.lost(LIMITS, Map.of("a", new byte[] {99}), Map.of(), 0)).isZero();
  }
}
