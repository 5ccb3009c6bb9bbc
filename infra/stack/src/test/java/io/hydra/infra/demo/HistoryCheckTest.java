package io.hydra.infra.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.stack.HistoryBounds;
import io.hydra.schemas.redis.HistoryItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {
  private static final HistoryBounds NO_AGE_LIMIT = new HistoryBounds(3, Duration.ZERO);

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
    HistoryBounds tenMillis = new HistoryBounds(3, Duration.ofMillis(10));
    assertThat(expected(tenMillis, item("a", 9), item("b", 10), item("c", 20)))
        .containsExactly(item("b", 10), item("c", 20));
  }

  @Test
  void theOrderOfTheItemsDoesNotMatter() {
    List<HistoryItem> items =
        new ArrayList<>(List.of(item("a", 1), item("b", 2), item("a", 4), item("c", 3)));
    List<HistoryItem> forwards = HistoryCheck.expected(items, NO_AGE_LIMIT);
    Collections.reverse(items);
    assertThat(HistoryCheck.expected(items, NO_AGE_LIMIT)).isEqualTo(forwards);
  }

  @Test
  void nobodyRemembersNothing() {
    assertThat(expected(NO_AGE_LIMIT)).isEmpty();
  }

  private static List<HistoryItem> expected(HistoryBounds bounds, HistoryItem... items) {
    return HistoryCheck.expected(List.of(items), bounds);
  }

  private static HistoryItem item(String id, long at) {
    return new HistoryItem(id, at, "text", "label");
  }
}
