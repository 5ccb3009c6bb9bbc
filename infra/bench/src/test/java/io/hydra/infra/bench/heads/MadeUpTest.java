package io.hydra.infra.bench.heads;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MadeUpTest {
  private static final TaskSpec CLOSED = task(HeadsCommand.TASKS.get(0));
  private static final TaskSpec OPEN = task(HeadsCommand.TASKS.get(1));

  private static TaskSpec task(String id) {
    return TaskCatalogue.shipped().find(id).orElseThrow();
  }

  @Test
  void theSameSeedGivesTheSameUsersAndSamples() {
    MadeUp one = new MadeUp(7);
    MadeUp two = new MadeUp(7);
    List<HistoryItem> history = one.history(OPEN, 5);
    assertThat(two.history(OPEN, 5)).isEqualTo(history);
    assertThat(one.samples(OPEN, history.get(0))).isEqualTo(two.samples(OPEN, history.get(0)));
    assertThat(new MadeUp(8).history(OPEN, 5)).isNotEqualTo(history);
  }

  @Test
  void closedItemsAreOfTheOptionsAndOpenOnesOfTenWords() {
    MadeUp data = new MadeUp(1);
    assertThat(CLOSED.options()).hasSize(15);
    assertThat(data.history(CLOSED, 50))
        .allSatisfy(item -> assertThat(CLOSED.options()).contains(item.output()))
        .allSatisfy(item -> assertThat(item.input().split(" ", -1).length).isBetween(35, 45));
    assertThat(data.history(OPEN, 50))
        .allSatisfy(item -> assertThat(item.output().split(" ", -1)).hasSize(10));
  }

  @Test
  void samplesAreAsManyAsTheTaskAsksForAndReadable() {
    MadeUp data = new MadeUp(1);
    HistoryItem item = data.item(CLOSED);
    assertThat(data.samples(CLOSED, item))
        .hasSize(8)
        .allSatisfy(s -> assertThat(CLOSED.normalize(s)).isEqualTo(s));
    assertThat(data.samples(OPEN, data.item(OPEN))).hasSize(8);
  }

  @Test
  void everyRankHasAWordOfItsOwn() {
    Set<String> words = new HashSet<>();
    for (int rank = 0; rank < MadeUp.VOCABULARY; rank++) {
      words.add(MadeUp.word(rank));
    }
    assertThat(words).hasSize(MadeUp.VOCABULARY);
  }
}
