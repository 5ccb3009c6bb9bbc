package io.hydra.infra.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.bench.history.Generator.EventSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSourceTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 50, 500})
  void everyEventEntersItsHistoryAlthoughSomeAreOutOfOrder(int capacity) {
    EventSource source = new EventSource(3, capacity, 1_000_000, 5);
    List<EventSource.Next> all = new ArrayList<>();
    Set<Long> numbers = new HashSet<>();
    boolean disordered = false;
    for (int i = 0; i < 5000; i++) {
      EventSource.Next next = source.next();
      assertThat(numbers.add(next.number())).isTrue();
      assertThat(next.user()).isBetween(0, 2);
      long newer =
          all.stream()
              .skip(Math.max(0, i - 1000))
              .filter(e -> !(e.occurredAt() < next.occurredAt()))
              .count();
      assertThat(newer).isLessThan(capacity);
      disordered |= newer > 0;
      all.add(next);
    }
    assertThat(disordered).isTrue();
  }
}
