package io.hydra.schemas.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryDefinitionTest {
  private static final HistoryLimits NO_AGE_LIMIT =
      new HistoryLimits(3, Duration.ZERO, Duration.ZERO);

  @Test
  void theNewestItemsAreKeptOldestFirst() {
    assertThat(expected(NO_AGE_LIMIT, item("d", 4), item("b", 2), item("a", 1), item("c", 3)))
        .containsExactly(item("b", 2), item("c", 3), item("d", 4));
  }

  @Test
  void itemsOfOneTimeAreKeptByEventId() {
    assertThat(expected(NO_AGE_LIMIT, item("d", 1), item("a", 1), item("c", 1), item("b", 1)))
        .containsExactly(item("b", 1), item("c", 1), item("d", 1));
  }

  @Test
  void aRepeatedEventIdIsOneEventWhoseLatestTimeCounts() {
    assertThat(expected(NO_AGE_LIMIT, item("a", 1), item("b", 2), item("a", 5), item("a", 3)))
        .containsExactly(item("b", 2), item("a", 5));
  }

  @Test
  void ofARepeatedEventIdAtOneTimeTheGreatestBytesCount() {
    HistoryItem plain = new HistoryItem("a", 1, "text", "z");
    // In UTF-8 its first byte is negative in Java, and yet the greater one.
    HistoryItem accented = new HistoryItem("a", 1, "text", "é");
    HistoryItem longer = new HistoryItem("a", 1, "texts", "a");

    assertThat(expected(NO_AGE_LIMIT, accented, plain)).containsExactly(accented);
    assertThat(expected(NO_AGE_LIMIT, longer, accented, plain)).containsExactly(longer);
  }

  @Test
  void itemsOlderThanTheAgeLimitBeforeTheNewestAreLeftOut() {
    HistoryLimits tenMillis = new HistoryLimits(3, Duration.ofMillis(10), Duration.ZERO);
    assertThat(expected(tenMillis, item("a", 9), item("b", 10), item("c", 20)))
        .containsExactly(item("b", 10), item("c", 20));
  }

  @Test
  void itemsUpToAnErasureAreLeftOutAndMakeNobodyOlder() {
    HistoryLimits tenMillis = new HistoryLimits(3, Duration.ofMillis(10), Duration.ZERO);
    assertThat(tenMillis.keep(List.of(item("a", 9), item("b", 10), item("c", 20)), 9))
        .containsExactly(item("b", 10), item("c", 20));
    assertThat(tenMillis.keep(List.of(item("a", 9), item("b", 10)), 10)).isEmpty();
  }

  @Test
  void theOrderOfTheItemsDoesNotMatter() {
    List<HistoryItem> items =
        new ArrayList<>(List.of(item("a", 1), item("b", 2), item("a", 4), item("c", 3)));
    List<HistoryItem> forwards = NO_AGE_LIMIT.keep(items, 0);
    Collections.reverse(items);
    assertThat(NO_AGE_LIMIT.keep(items, 0)).isEqualTo(forwards);
  }

  @Test
  void nobodyRemembersNothing() {
    assertThat(expected(NO_AGE_LIMIT)).isEmpty();
  }

  private static List<HistoryItem> expected(HistoryLimits bounds, HistoryItem... items) {
    return bounds.keep(List.of(items), 0);
  }

  private static HistoryItem item(String id, long at) {
    return new HistoryItem(id, at, "text", "label");
  }
}
